@file:Suppress("MagicNumber") // The numbers are the tables themselves: how much and how slow.

package io.github.belay.testing.sim

import io.github.belay.testing.sim.Operation.PauseConsumer
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * What presses on the bounds: messages in bulk just when the user is slow, so that reading has to stop, and more requests
 * at once than anything has room for. Independent schedules of faults and operations hardly ever meet so unhappily.
 */
internal class Pressure private constructor(
    val faults: List<FaultEvent>,
    val operations: List<OperationEvent>,
) {
    companion object {
        fun schedule(
            random: Random,
            pace: Pace,
        ): Pressure {
            val faults = ArrayList<FaultEvent>()
            val operations = ArrayList<OperationEvent>()
            var at = random.upTo(pace.pressEvery)
            while (at < pace.calm) {
                operations += OperationEvent(at, slowness(random))
                repeat(random.nextInt(1, 4)) {
                    faults += FaultEvent(minOf(at + random.upTo(1.seconds), pace.calm), flood(random))
                }
                at += random.upTo(pace.pressEvery * 2)
            }
            if (random.oneIn(8)) operations += OperationEvent(random.upTo(pace.horizon), rush(random))
            return Pressure(faults, operations)
        }

        /** One long pause, or a while of short ones, in which reading stops and goes on again and again. */
        private fun slowness(random: Random): Operation {
            val inHandler = random.nextBoolean()
            return if (random.nextBoolean()) {
                PauseConsumer(random.upTo(MAX_PAUSE), inHandler)
            } else {
                PauseConsumer(random.upTo(100.milliseconds), inHandler, times = random.nextInt(1, 40))
            }
        }

        private fun flood(random: Random): Fault =
            Fault.Flood(ticks = random.nextInt(1, 60), burst = random.nextInt(1, MAX_BURST))

        /** The commands that the connection holds are 1024. */
        private fun rush(random: Random): Operation =
            Operation.AskFlood(RUSH_IDS, count = random.nextInt(1000, 1300), random.upTo(2.seconds) + 1.milliseconds)

        private val MAX_PAUSE: Duration = 4.seconds
        private const val MAX_BURST = 30

        /** Above the ids of every other request. */
        private const val RUSH_IDS = 1_000_000L
    }
}
