package io.github.belay.internal.actor

import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.util.EnumMap
import kotlin.time.Duration

/** The timers of a connection; at most one of each kind is armed. */
internal enum class Timer { RETRY, STABILITY, SETUP, DEADLINE, PACING, ANSWER, EXPIRY }

/** Arms timers in [scope]; each posts its fact when it is due. Owned by the actor: not thread-safe. */
internal class Timers(
    private val scope: CoroutineScope,
    private val post: (Input.Fact) -> Unit,
) {
    private class Armed(
        val after: Duration,
        val fact: Input.Fact,
        val job: Job,
    )

    private val armed = EnumMap<Timer, Armed>(Timer::class.java)

    /** Arms [timer] anew: [fact] is posted after [after], unless it is disarmed or armed again before. */
    fun arm(
        timer: Timer,
        after: Duration,
        fact: Input.Fact,
    ) {
        disarm(timer)
        val job =
            scope.launch(CoroutineName("ws-timer-${timer.name.lowercase()}")) {
                delay(after)
                post(fact)
            }
        armed[timer] = Armed(after, fact, job)
    }

    /** Arms [timer] anew with what it was armed with; does nothing if it is not armed. */
    fun restart(timer: Timer) {
        armed[timer]?.let { arm(timer, it.after, it.fact) }
    }

    fun disarm(timer: Timer) {
        armed.remove(timer)?.job?.cancel()
    }

    fun disarmAll() {
        armed.values.forEach { it.job.cancel() }
        armed.clear()
    }
}
