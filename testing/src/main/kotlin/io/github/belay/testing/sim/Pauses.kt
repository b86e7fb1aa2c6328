package io.github.belay.testing.sim

import kotlinx.coroutines.delay
import kotlin.time.Duration

/** How long the user takes for the next message, in the endpoint's handler and in the collector. */
internal class Pauses {
    private var handler = Duration.ZERO
    private var collector = Duration.ZERO

    fun add(pause: Operation.PauseConsumer) {
        if (pause.inHandler) handler = pause.lasting else collector = pause.lasting
    }

    suspend fun inHandler() = sleep(handler.also { handler = Duration.ZERO })

    suspend fun inCollector() = sleep(collector.also { collector = Duration.ZERO })

    private suspend fun sleep(pause: Duration) {
        if (pause > Duration.ZERO) delay(pause)
    }
}
