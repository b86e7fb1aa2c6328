package io.github.belay.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.policy.Jitter;
import io.github.belay.policy.WsReconnectStrategy;
import io.github.belay.policy.WsRetry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReconnectsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static WsRetry retry(int attempt, long elapsedMillis, double draw) {
        return WsRetry.ofMillis(attempt, elapsedMillis, draw);
    }

    private static List<Long> delays(WsReconnectStrategy strategy) {
        return IntStream.rangeClosed(1, 4)
                .mapToObj(attempt -> strategy.nextDelayMillis(retry(attempt, 0, 0.0)))
                .toList();
    }

    @Test
    void exponentialBackoffGrowsByHalfAndSpreadsOverTheUpperHalf() {
        assertEquals(
                List.of(500L, 750L, 1125L, 1500L),
                delays(Reconnects.exponentialBackoff(SECOND, SECOND.multipliedBy(3))));
    }

    @Test
    void exponentialBackoffGrowsByTheGivenFactor() {
        assertEquals(
                List.of(1000L, 3000L, 9000L, 27000L),
                delays(Reconnects.exponentialBackoff(SECOND, MINUTE, 3.0, Jitter.None)));
    }

    @Test
    void linearBackoffGrowsByOneStep() {
        assertEquals(
                List.of(1000L, 2000L, 3000L, 3000L),
                delays(Reconnects.linear(SECOND, SECOND.multipliedBy(3), Jitter.None)));
    }

    @Test
    void constantBackoffStaysTheSame() {
        assertEquals(
                List.of(1000L, 1000L, 1000L, 1000L),
                delays(Reconnects.constant(SECOND, Jitter.None)));
    }

    @Test
    void noneAllowsNoRetry() {
        assertFalse(Reconnects.none().mayRetry(retry(1, 0, 0.0)));
    }

    @Test
    void thePresetsAreThoseOfTheCore() {
        assertEquals(List.of(500L, 750L, 1125L, 1688L), delays(Reconnects.singleConnection()));
        assertEquals(List.of(0L, 0L, 0L, 0L), delays(Reconnects.manyConnections()));
        assertEquals(List.of(2000L, 2000L, 2000L, 2000L), delays(Reconnects.fiveTries()));
    }

    @Test
    void attemptsCanBeLimited() {
        var limited = Reconnects.withMaxAttempts(2, Reconnects.constant(SECOND, Jitter.None));
        assertTrue(limited.mayRetry(retry(2, 0, 0.0)));
        assertFalse(limited.mayRetry(retry(3, 0, 0.0)));
        assertEquals(1000, limited.nextDelayMillis(retry(2, 0, 0.0)));
        assertFalse(Reconnects.withMaxAttempts(2, Reconnects.none()).mayRetry(retry(1, 0, 0.0)));
    }

    @Test
    void timeCanBeLimited() {
        var limited = Reconnects.withMaxElapsed(MINUTE, Reconnects.constant(SECOND, Jitter.None));
        assertTrue(limited.mayRetry(retry(9, 59_000, 0.0)));
        assertFalse(limited.mayRetry(retry(9, 59_001, 0.0)));
    }

    @Test
    void aLimitPassesTheResetOn() {
        var resets = new AtomicInteger();
        WsReconnectStrategy counting =
                new WsReconnectStrategy() {
                    @Override
                    public long nextDelayMillis(WsRetry retry) {
                        return 0;
                    }

                    @Override
                    public void reset() {
                        resets.incrementAndGet();
                    }
                };
        Reconnects.withMaxElapsed(MINUTE, Reconnects.withMaxAttempts(1, counting)).reset();
        assertEquals(1, resets.get());
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Reconnects.exponentialBackoff(Duration.ZERO, SECOND));
        assertThrows(
                IllegalArgumentException.class,
                () -> Reconnects.exponentialBackoff(MINUTE, SECOND));
        assertThrows(
                IllegalArgumentException.class,
                () -> Reconnects.withMaxAttempts(0, Reconnects.none()));
        assertThrows(
                IllegalArgumentException.class,
                () -> Reconnects.withMaxElapsed(Duration.ZERO, Reconnects.none()));
    }
}
