package io.github.belay.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.belay.policy.BreakerPermit;
import io.github.belay.policy.BreakerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoliciesTest {
    @Test
    void heartbeatsAreThoseOfTheCore() {
        assertEquals(
                "ProtocolPingPong(interval=20s, timeout=10s)",
                Heartbeats.protocol(Duration.ofSeconds(20), Duration.ofSeconds(10)).toString());
        assertEquals("NoPingPong", Heartbeats.none().toString());
        assertEquals("ServerDrivenPingPong", Heartbeats.serverDriven().toString());
        assertEquals(
                "TextPingPong(interval=20s, timeout=10s, failureThreshold=3)",
                Heartbeats.text("ping", "pong", Duration.ofSeconds(20), Duration.ofSeconds(10), 3)
                        .toString());
        assertThrows(
                IllegalArgumentException.class,
                () -> Heartbeats.protocol(Duration.ZERO, Duration.ofSeconds(1)));
    }

    @Test
    void aBreakerObeysItsSettings() {
        List<BreakerState> states = new ArrayList<>();
        var breaker =
                CircuitBreakers.builder()
                        .failureThreshold(1)
                        .successThreshold(3)
                        .openTimeout(Duration.ofSeconds(7))
                        .halfOpenPermits(2)
                        .listener((from, to) -> states.add(to))
                        .build();
        breaker.onFailure(assertInstanceOf(BreakerPermit.Granted.class, breaker.tryAcquire()));
        assertEquals(List.of(BreakerState.Open), states);
        var refused = assertInstanceOf(BreakerPermit.Refused.class, breaker.tryAcquire());
        assertEquals(7, (refused.getRetryAfterMillis() + 999) / 1000);
        assertEquals(3, breaker.getConfig().getSuccessThreshold());
        assertEquals(2, breaker.getConfig().getHalfOpenPermits());
    }

    @Test
    void aBreakerHasTheDefaultsOfTheCore() {
        var breaker = CircuitBreakers.create();
        assertEquals(5, breaker.getConfig().getFailureThreshold());
        assertEquals(2, breaker.getConfig().getSuccessThreshold());
        assertEquals(1, breaker.getConfig().getHalfOpenPermits());
        breaker.trip();
        var refused = assertInstanceOf(BreakerPermit.Refused.class, breaker.tryAcquire());
        assertEquals(60, (refused.getRetryAfterMillis() + 999) / 1000);
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        var builder = CircuitBreakers.builder().openTimeout(Duration.ZERO);
        assertThrows(IllegalArgumentException.class, builder::build);
    }
}
