@file:Suppress("MagicNumber") // The numbers are the tables themselves: weights and times of what can happen.

package io.github.belay.testing.sim

import io.github.belay.frame.CloseCode
import io.github.belay.request.WsConfirmMode
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.ZERO
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Draws what the user does in a run. It begins with a connect. Once the quiet has begun, nobody connects, which could
 * hide that the connection does not come back by itself, and nobody disconnects.
 */
internal object Workload {
    fun schedule(
        random: Random,
        pace: Pace,
    ): List<OperationEvent> {
        val ids = Ids()
        return buildList {
            add(OperationEvent(random.upTo(100.milliseconds), Operation.Connect()))
            var at = random.upTo(pace.operateEvery * 2)
            while (at < pace.horizon) {
                add(OperationEvent(at, operation(random, ids, isCalm = at > pace.calm)))
                // Several at one instant are told apart only by the order of the scheduler.
                at += if (random.oneIn(8)) ZERO else random.upTo(pace.operateEvery * 2)
            }
        }
    }

    private class Ids {
        var request = 0L
        var message = 0
    }

    private fun operation(
        random: Random,
        ids: Ids,
        isCalm: Boolean,
    ): Operation =
        when (random.nextInt(KINDS)) {
            0, 1, 2, 3, 4, 5, 6, 7 -> ask(random, ++ids.request)
            8 -> Operation.AskTwoThings(++ids.request, timeout(random))
            9, 10, 11, 12, 13 -> tell(random, ids)
            14, 15 -> if (isCalm) tell(random, ids) else Operation.Connect(cancelAfter(random))
            16 -> if (isCalm) tell(random, ids) else Operation.Disconnect(closeCode(random))
            17 -> Operation.AwaitReady(random.upTo(5.seconds), cancelAfter(random))
            18 -> if (isCalm) tell(random, ids) else pause(random)
            19 -> if (isCalm) tell(random, ids) else Operation.Leave(random.upTo(MAX_PAUSE))
            else -> burst(random, ids)
        }

    private fun ask(
        random: Random,
        id: Long,
    ): Operation =
        Operation.Ask(
            id,
            mode = WsConfirmMode.entries.random(random),
            timeout = timeout(random),
            cancelAfter = cancelAfter(random),
            callers = if (random.oneIn(5)) 2 else 1,
        )

    private fun cancelAfter(random: Random): Duration? = if (random.oneIn(5)) random.upTo(200.milliseconds) else null

    /** Short ones pass while the answer is on its way, or before the frame has left. */
    private fun timeout(random: Random): Duration =
        (if (random.oneIn(3)) random.upTo(60.milliseconds) else random.upTo(5.seconds)) + 1.milliseconds

    private fun tell(
        random: Random,
        ids: Ids,
    ): Operation = Operation.Tell(ids.message + 1, random.nextInt(1, 4)).also { ids.message += it.count }

    /** Fills a queue of any of the sizes that settings draw. */
    private fun burst(
        random: Random,
        ids: Ids,
    ): Operation = Operation.Tell(ids.message + 1, random.nextInt(1, MAX_BURST)).also { ids.message += it.count }

    private fun pause(random: Random): Operation =
        Operation.PauseConsumer(random.upTo(MAX_PAUSE), inHandler = random.nextBoolean())

    private fun closeCode(random: Random): Int = if (random.oneIn(2)) CloseCode.NORMAL else CloseCode.GOING_AWAY

    private val MAX_PAUSE = 4.seconds
    private const val KINDS = 21
    private const val MAX_BURST = 40
}
