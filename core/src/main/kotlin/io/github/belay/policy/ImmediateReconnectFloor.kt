package io.github.belay.policy

import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Keeps "reconnect immediately" from becoming a busy loop against a server that refuses.
 *
 * An immediate reconnect starts at once when the attempt before it lies far enough back, as after a connection that
 * lived for a while, and otherwise waits for the rest of the gap. However long the server goes on refusing, no stretch
 * of one second then sees more than [maxAttemptsPerSecond] attempts begin. A reconnect with backoff, and an explicit
 * connect, are not its business.
 *
 * Immutable and pure: the time since the last attempt is an argument. Safe from any thread.
 *
 * @property maxAttemptsPerSecond at least 1; 1 by default.
 * @throws IllegalArgumentException when [maxAttemptsPerSecond] is below 1
 */
public class ImmediateReconnectFloor
    @JvmOverloads
    constructor(
        public val maxAttemptsPerSecond: Int = 1,
    ) {
        init {
            require(maxAttemptsPerSecond >= 1) { "maxAttemptsPerSecond must be at least 1, was $maxAttemptsPerSecond" }
        }

        // Rounded up: three gaps of 333,333,333 ns would let a fourth attempt into the same second.
        private val gap = ((1.seconds.inWholeNanoseconds + maxAttemptsPerSecond - 1) / maxAttemptsPerSecond).nanoseconds

        /**
         * How long an immediate reconnect still waits, given the time since the last attempt began; zero when it need
         * not.
         */
        public fun delay(sinceLastAttempt: Duration): Duration = (gap - sinceLastAttempt).coerceAtLeast(Duration.ZERO)
    }
