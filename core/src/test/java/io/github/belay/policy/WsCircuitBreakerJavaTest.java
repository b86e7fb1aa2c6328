package io.github.belay.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import kotlin.time.TestTimeSource;
import org.junit.jupiter.api.Test;

class WsCircuitBreakerJavaTest {
    private static BreakerPermit.Granted granted(WsCircuitBreaker breaker) {
        return assertInstanceOf(BreakerPermit.Granted.class, breaker.tryAcquire());
    }

    @Test
    void everyCallAndEveryValueIsWithinReach() {
        List<BreakerState> states = new ArrayList<>();
        var breaker =
                new WsCircuitBreaker(
                        new WsCircuitBreakerConfig(),
                        new TestTimeSource(),
                        (from, to) -> states.add(to));
        breaker.onSuccess(granted(breaker));
        breaker.onNeutral(granted(breaker));
        assertNull(breaker.stats().getSinceLastFailureMillis());
        for (int i = 0; i < breaker.getConfig().getFailureThreshold(); i++) {
            breaker.onFailure(granted(breaker));
        }
        var refused = assertInstanceOf(BreakerPermit.Refused.class, breaker.tryAcquire());
        assertEquals(60_000, refused.getRetryAfterMillis());
        assertEquals(60_000, breaker.stats().getTimeUntilRetryMillis());
        assertEquals(0, breaker.stats().getSinceLastFailureMillis());
        breaker.reset();
        breaker.trip();
        assertEquals(List.of(BreakerState.Open, BreakerState.Closed, BreakerState.Open), states);
    }

    @Test
    void theDefaultsNeedNoArgument() {
        assertNotNull(granted(new WsCircuitBreaker()));
    }
}
