@file:Suppress("MagicNumber") // The numbers are the defaults themselves.

package io.github.belay.testing.sim

import io.github.belay.testing.SimOrder
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** How long a run is and how much happens in it; a value. */
internal data class Pace(
    /** When the connection is told to end, unless that happens in the middle of the faults. */
    val horizon: Duration = 60.seconds,
    /** How long before that the faults stop; whoever should be up must be up at the end of it. */
    val quiet: Duration = 14.seconds,
    /** Mean time between faults. */
    val faultEvery: Duration = 3.seconds,
    /** Mean time between operations. */
    val operateEvery: Duration = 500.milliseconds,
    /** Mean time between spells of [Pressure]. */
    val pressEvery: Duration = 15.seconds,
    /** Time between the messages of a topic. */
    val tickEvery: Duration = 1.seconds,
) {
    /** When the faults stop. */
    val calm: Duration get() = horizon - quiet
}

/** Everything that decides a run: the same scenario gives the same run. A value. */
internal data class Scenario(
    val seed: Long,
    val order: SimOrder,
    val faults: List<FaultEvent> = emptyList(),
    val operations: List<OperationEvent> = emptyList(),
    val ending: Ending = Ending.CLOSE,
    /** When the connection is told to end; null for the horizon. Faults and operations go on all the same. */
    val endsAt: Duration? = null,
    val settings: Settings = Settings(),
    val pace: Pace = Pace(),
) {
    companion object {
        /** The scenario of [seed]. */
        fun of(
            seed: Long,
            order: SimOrder,
            pace: Pace = Pace(),
        ): Scenario {
            // A stream for each part, so that a change of one part's draws leaves the others as they are.
            val streams = Random(seed)
            val settings = Settings.draw(Random(streams.nextLong()))
            val faults = Nemesis.schedule(Random(streams.nextLong()), pace)
            val operations = Workload.schedule(Random(streams.nextLong()), pace)
            val meeting = Random(streams.nextLong())
            val isCutShort = meeting.oneIn(4)
            val met = faults.map { if (meeting.oneIn(4)) it.copy(at = meetingTime(it.at, operations)) else it }
            val ending = Ending.entries.random(meeting)
            val endsAt = if (isCutShort) meetingTime(meeting.upTo(pace.calm), operations) else null
            val pressure = Pressure.schedule(Random(streams.nextLong()), pace)
            val changes = Wishes.schedule(Random(streams.nextLong()), pace)
            return Scenario(
                seed,
                order,
                (met + pressure.faults).sortedBy { it.at },
                (operations + pressure.operations + changes).sortedBy { it.at },
                ending,
                endsAt,
                settings,
                pace,
            )
        }

        /**
         * When the newest operation before [at] begins: things that happen in one instant are told apart only by the order of
         * the scheduler, and independent schedules never meet.
         */
        private fun meetingTime(
            at: Duration,
            operations: List<OperationEvent>,
        ): Duration = operations.lastOrNull { it.at <= at }?.at ?: at
    }
}
