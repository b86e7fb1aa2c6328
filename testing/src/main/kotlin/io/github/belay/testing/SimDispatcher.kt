package io.github.belay.testing

import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import java.util.TreeSet
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random
import kotlin.time.AbstractLongTimeSource
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.DurationUnit
import kotlin.time.TimeSource

/**
 * Runs coroutines in virtual time and in an order that [seed] decides, so that a run can be repeated exactly.
 *
 * Nothing runs by itself: [runUntil] runs what is due, jumps to the next timer and so on. A day of waiting costs no more
 * than the tasks in it. One seed gives one run, provided that the code under test takes its time from [timeSource], its
 * randomness from a seed too, and touches no other dispatcher.
 *
 * Confined to one thread at a time: work that arrives from another thread during a run would depend on real time, and
 * makes [runUntil] throw.
 */
@OptIn(InternalCoroutinesApi::class, ExperimentalCoroutinesApi::class)
public class SimDispatcher
    @JvmOverloads
    constructor(
        /** Decides the order of tasks that are due at the same instant, under [SimOrder.SHUFFLED]. */
        public val seed: Long,
        private val order: SimOrder = SimOrder.SHUFFLED,
        private val trace: SimTrace? = null,
    ) : CoroutineDispatcher(),
        Delay {
        private class Task(
            val dueNanos: Long,
            val tieBreak: Long,
            val number: Long,
            val coroutine: String,
            val block: Runnable,
        ) : Comparable<Task> {
            // By hand: this is called some ten times for each task, and a chain of selectors would box every field.
            override fun compareTo(other: Task): Int =
                when {
                    dueNanos != other.dueNanos -> dueNanos.compareTo(other.dueNanos)
                    tieBreak != other.tieBreak -> tieBreak.compareTo(other.tieBreak)
                    else -> number.compareTo(other.number)
                }
        }

        private val tieBreaks = Random(seed)
        private val queue = TreeSet<Task>()
        private var tasksMade = 0L
        private var stepsAtThisInstant = 0L

        /** The thread inside [runUntil]; null between runs. */
        @Volatile private var runner: Thread? = null

        /** Set when work came from a thread other than [runner]. */
        @Volatile private var intruder: String? = null

        private var nowNanos = 0L

        /** Virtual time since the start. */
        public val now: Duration get() = nowNanos.nanoseconds

        /** Tasks run so far. */
        public var steps: Long = 0
            private set

        /** True when nothing is queued: no task is ready and no timer is set. */
        public val idle: Boolean get() = queue.isEmpty()

        /** Reads [now]; for whatever takes its clock as a parameter. */
        public val timeSource: TimeSource.WithComparableMarks =
            object : AbstractLongTimeSource(DurationUnit.NANOSECONDS) {
                override fun read(): Long = nowNanos
            }

        /**
         * Runs everything that is due up to and including [time], counted from the start, then sets the clock to [time].
         * Does nothing when [time] has passed.
         *
         * Throws [IllegalStateException] when called from a task, when work arrived from another thread, or after
         * [MAX_STEPS_PER_INSTANT] tasks without progress of time. What a task throws ends the run and is thrown on.
         */
        public fun runUntil(time: Duration) {
            require(time.isFinite()) { "time must be finite but was $time" }
            check(runner == null) { "runUntil must not be called from a task of its own" }
            val untilNanos = time.inWholeNanoseconds
            runner = Thread.currentThread()
            try {
                while (queue.isNotEmpty() && queue.first().dueNanos <= untilNanos) {
                    run(checkNotNull(queue.pollFirst()))
                    checkNoIntruder()
                }
                checkNoIntruder()
                advanceTo(untilNanos)
            } finally {
                runner = null
            }
        }

        private fun run(task: Task) {
            advanceTo(task.dueNanos)
            steps++
            stepsAtThisInstant++
            check(stepsAtThisInstant <= MAX_STEPS_PER_INSTANT) {
                "time stands still at $now after $stepsAtThisInstant tasks; the last ran in \"${task.coroutine}\""
            }
            trace?.onStep(steps, now, task.coroutine)
            task.block.run()
        }

        private fun advanceTo(nanos: Long) {
            if (nanos <= nowNanos) return
            nowNanos = nanos
            stepsAtThisInstant = 0
        }

        private fun checkNoIntruder() {
            intruder?.let { error("work arrived from thread $it; everything must run on the simulator") }
        }

        override fun dispatch(
            context: CoroutineContext,
            block: Runnable,
        ) {
            enqueue(Duration.ZERO, context, block)
        }

        override fun scheduleResumeAfterDelay(
            timeMillis: Long,
            continuation: CancellableContinuation<Unit>,
        ) {
            val resume = Runnable { with(continuation) { this@SimDispatcher.resumeUndispatched(Unit) } }
            val timer = enqueue(timeMillis.milliseconds, continuation.context, resume)
            continuation.invokeOnCancellation { timer.dispose() }
        }

        override fun invokeOnTimeout(
            timeMillis: Long,
            block: Runnable,
            context: CoroutineContext,
        ): DisposableHandle = enqueue(timeMillis.milliseconds, context, block)

        private fun enqueue(
            delay: Duration,
            context: CoroutineContext,
            block: Runnable,
        ): DisposableHandle {
            val running = runner
            val caller = Thread.currentThread()
            if (running != null && running !== caller) {
                // Not queued: the queue belongs to the other thread. The run fails after its current task.
                intruder = caller.name
                return DisposableHandle { }
            }
            val tieBreak = if (order == SimOrder.SHUFFLED) tieBreaks.nextLong() else 0L
            val coroutine = context[CoroutineName]?.name.orEmpty()
            val task = Task((now + delay).inWholeNanoseconds, tieBreak, tasksMade++, coroutine, block)
            queue.add(task)
            return DisposableHandle { queue.remove(task) }
        }

        override fun toString(): String = "SimDispatcher(seed=$seed, order=$order, now=$now, steps=$steps)"

        /** Limits. */
        public companion object {
            /** Tasks that may run at one instant before the run is taken for an endless loop. */
            public const val MAX_STEPS_PER_INSTANT: Long = 1_000_000
        }
    }
