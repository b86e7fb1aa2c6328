package io.github.belay.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WsReconnectStrategyJavaTest {
    private static final WsRetry THIRD = WsRetry.ofMillis(3, 1_250, 0.5);

    /** Gives up after the given time and remembers how often it was reset. */
    private static final class Patient implements WsReconnectStrategy {
        private final long patienceMillis;
        private int resets;

        Patient(long patienceMillis) {
            this.patienceMillis = patienceMillis;
        }

        @Override
        public long nextDelayMillis(WsRetry retry) {
            return 100L * retry.getAttempt() + Math.round(10 * retry.getDraw());
        }

        @Override
        public boolean mayRetry(WsRetry retry) {
            return retry.getElapsedMillis() < patienceMillis;
        }

        @Override
        public void reset() {
            resets++;
        }
    }

    @Test
    void aLambdaIsAStrategy() {
        WsReconnectStrategy strategy = retry -> 250L * retry.getAttempt();
        assertEquals(750, strategy.nextDelayMillis(THIRD));
        assertTrue(strategy.mayRetry(THIRD));
        strategy.reset();
    }

    @Test
    void aClassMayDecideEverything() {
        var strategy = new Patient(1_250);
        assertEquals(305, strategy.nextDelayMillis(THIRD));
        assertFalse(strategy.mayRetry(THIRD));
        strategy.reset();
        assertEquals(1, strategy.resets);
    }

    @Test
    void builtInStrategiesAreWithinReach() {
        assertEquals(2_000, ReconnectPresets.fiveTries().nextDelayMillis(THIRD));
        assertEquals(400, ReconnectPresets.manyConnections().delayMillis(3));
        assertEquals(1_500, new ExponentialBackoff().delayMillis(2));
        assertFalse(NoReconnect.INSTANCE.mayRetry(THIRD));
        assertEquals(50, Jitter.Equal.spreadMillis(100, 0.0));
    }
}
