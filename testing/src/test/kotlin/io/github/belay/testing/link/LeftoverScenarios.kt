package io.github.belay.testing.link

import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.testing.wire.awaitUntil
import org.junit.jupiter.api.Test

/** Alone in its JVM while it runs: it looks at all threads. */
abstract class LeftoverScenarios(
    private val subject: TransportUnderTest,
) {
    @Test
    fun aClosedConnectionAndTransportLeaveNoThread() {
        val before = threads()
        onRealSockets(subject) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().reset()
            next<WsLifecycleEvent.Ready>()
            actor.close()
        }
        awaitUntil(
            "no new thread is left but $SHARED; new are ${threads() - before}",
        ) { (threads() - before).isEmpty() }
    }

    /** All threads but those of the pool that all coroutines of the process share. */
    private fun threads(): Set<String> =
        Thread
            .getAllStackTraces()
            .keys
            .map { it.name }
            .filterNot { name -> SHARED.any(name::startsWith) }
            .toSet()

    private companion object {
        val SHARED = listOf("DefaultDispatcher-worker", "kotlinx.coroutines.DefaultExecutor")
    }
}
