@file:Suppress("MagicNumber") // The numbers are the tables themselves: weights and times of what can happen.

package io.github.belay.testing.sim

import io.github.belay.frame.CloseCode
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.ZERO
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Draws the faults of a run. Those that last are over when the quiet begins. */
internal object Nemesis {
    private val closeCodes =
        listOf(
            CloseCode.NORMAL,
            CloseCode.GOING_AWAY,
            CloseCode.NO_STATUS,
            CloseCode.POLICY_VIOLATION,
            CloseCode.SERVICE_RESTART,
            CloseCode.TRY_AGAIN_LATER,
            PRIVATE_CODE,
        )
    private val violations =
        listOf(CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_PAYLOAD, CloseCode.MESSAGE_TOO_BIG)

    fun schedule(
        random: Random,
        pace: Pace,
    ): List<FaultEvent> =
        buildList {
            var at = random.upTo(pace.faultEvery * 2)
            while (at < pace.calm) {
                add(FaultEvent(at, fault(random, left = pace.calm - at)))
                // Faults come in pairs at times: the second hits a client that is busy with the first.
                at += if (random.oneIn(4)) random.upTo(SOON) else random.upTo(pace.faultEvery * 2)
            }
        }

    private fun fault(
        random: Random,
        left: Duration,
    ): Fault =
        when (random.nextInt(KINDS)) {
            0, 1 -> Fault.DropLink
            2, 3 -> Fault.ResetLink
            4, 5 -> Fault.HalfOpen(Way.entries.random(random))
            6 -> Fault.StallWrites(random.lasting(left, MAX_STALL))
            7, 8 -> Fault.CloseLink(closeCodes.random(random), thenDrops = random.nextBoolean())
            9 -> Fault.Violate(violations.random(random))
            10 -> Fault.SendLarge(random.nextInt(1, MAX_LARGE_BYTES))
            11, 12, 13 -> Fault.Refuse(refusal(random), random.lasting(left, MAX_REFUSAL))
            14 -> Fault.SlowHandshake(slowness(random), random.lasting(left, MAX_REFUSAL))
            15 -> Fault.Lag(random.upTo(1.seconds), random.upTo(1.seconds), random.lasting(left, MAX_REFUSAL))
            16, 17 -> Fault.Misanswer(Manner.entries.random(random), random.lasting(left, MAX_REFUSAL))
            18 -> Fault.IgnorePings(random.lasting(left, MAX_REFUSAL))
            19 -> Fault.Flood(random.nextInt(1, MAX_FLOOD), burst = random.nextInt(1, MAX_BURST))
            20 -> Fault.PingFlood(random.nextInt(1, MAX_FLOOD))
            21 -> Fault.Say(listOf(Script.Trouble, Script.Retire, Script.Poison).random(random))
            else -> Fault.Nonsense
        }

    private fun refusal(random: Random): Refusal =
        when (random.nextInt(8)) {
            0, 1, 2 -> Refusal.Unreachable
            3 -> Refusal.Status(SERVICE_UNAVAILABLE)
            4, 5 -> Refusal.Status(SERVICE_UNAVAILABLE, retryAfterSeconds = random.nextInt(MAX_RETRY_AFTER_SECONDS + 1))
            6 -> Refusal.NotWebSocket
            else -> Refusal.Status(UNAUTHORIZED)
        }

    private fun slowness(random: Random): Duration = if (random.oneIn(2)) Duration.INFINITE else random.upTo(3.seconds)

    private fun Random.lasting(
        left: Duration,
        limit: Duration,
    ): Duration = upTo(minOf(left, limit)).coerceAtLeast(ZERO)

    private val SOON = 300.milliseconds
    private val MAX_STALL = 3.seconds
    private val MAX_REFUSAL = 5.seconds
    private const val KINDS = 23
    private const val PRIVATE_CODE = 4321
    private const val MAX_LARGE_BYTES = 8192
    private const val MAX_FLOOD = 100
    private const val MAX_BURST = 30
    private const val SERVICE_UNAVAILABLE = 503
    private const val UNAUTHORIZED = 401
    private const val MAX_RETRY_AFTER_SECONDS = 4
}
