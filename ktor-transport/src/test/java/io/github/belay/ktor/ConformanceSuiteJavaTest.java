package io.github.belay.ktor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.belay.testing.conformance.ConformanceCases;
import io.github.belay.testing.conformance.ConformanceResult;
import io.github.belay.testing.conformance.ConformanceSuite;
import io.github.belay.testing.conformance.ConformanceVerdict;
import io.github.belay.testing.conformance.ExpectedResults;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConformanceSuiteJavaTest {
    @Test
    void casesRunFromJava() {
        try (ConformanceSuite suite =
                new ConformanceSuite(KtorTransports::create, Duration.ofSeconds(10))) {
            ConformanceResult echo = suite.run(ConformanceCases.byId("1.3"));
            ConformanceResult compressed = suite.run(ConformanceCases.byId("12.1"));
            assertEquals(ConformanceVerdict.PASS, echo.getVerdict());
            assertEquals(ConformanceVerdict.UNSUPPORTED, compressed.getVerdict());
            assertNull(ExpectedResults.parse("1.3 pass").differenceOf(echo));
        }
    }
}
