package io.github.belay.testing.link

import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.testing.wire.awaitUntil
import org.junit.jupiter.api.Test

/** Alone in its JVM while it runs: it looks at all threads but [libraryThreads], of which its library keeps one for the process. */
abstract class LeftoverScenarios(
    private val subject: TransportUnderTest,
    private vararg val libraryThreads: String,
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
            "no new thread is left but ${SHARED + libraryThreads}; new are ${threads() - before}",
        ) { (threads() - before).isEmpty() }
    }

    /**
     * All threads but those of the pool that all coroutines share: what a transport can leave in it,
     * [TransportUnderTest.awaitIdle] has looked for.
     */
    private fun threads(): Set<String> =
        Thread
            .getAllStackTraces()
            .keys
            .map { it.name }
            .filterNot { name -> (SHARED + libraryThreads).any(name::startsWith) }
            .toSet()

    private companion object {
        val SHARED = listOf("DefaultDispatcher-worker", "kotlinx.coroutines.DefaultExecutor")
    }
}
