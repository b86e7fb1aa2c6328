package io.github.belay.examples.java;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.belay.examples.MyTransport;
import io.github.belay.testing.conformance.ConformanceCases;
import io.github.belay.testing.conformance.ConformanceResult;
import io.github.belay.testing.conformance.ConformanceSuite;
import io.github.belay.testing.conformance.ConformanceVerdict;
import org.junit.jupiter.api.Test;

class OneConformanceCaseTest {
    @Test
    void runsWithoutAFileOfResults() {
        // snippet:conformance-case
        try (var suite = new ConformanceSuite(MyTransport::new)) {
            ConformanceResult result = suite.run(ConformanceCases.byId("5.3"));
            assertEquals(ConformanceVerdict.PASS, result.getVerdict());
        }
        // end:conformance-case
    }
}
