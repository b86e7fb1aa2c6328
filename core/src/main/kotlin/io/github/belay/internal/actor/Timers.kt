package io.github.belay.internal.actor

import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.util.EnumMap
import kotlin.time.Duration

/** The timers of a connection; at most one of each kind is armed. */
internal enum class Timer { RETRY, STABILITY, SETUP, DEADLINE }

/** Arms timers in [scope]; each posts its fact when it is due. Owned by the actor: not thread-safe. */
internal class Timers(
    private val scope: CoroutineScope,
    private val post: (Input.Fact) -> Unit,
) {
    private val armed = EnumMap<Timer, Job>(Timer::class.java)

    /** Arms [timer] anew: [fact] is posted after [after], unless it is disarmed or armed again before. */
    fun arm(
        timer: Timer,
        after: Duration,
        fact: Input.Fact,
    ) {
        disarm(timer)
        armed[timer] =
            scope.launch(CoroutineName("ws-timer-${timer.name.lowercase()}")) {
                delay(after)
                post(fact)
            }
    }

    fun disarm(timer: Timer) {
        armed.remove(timer)?.cancel()
    }

    fun disarmAll() {
        armed.values.forEach { it.cancel() }
        armed.clear()
    }
}
