package io.github.belay.ktor

import io.github.belay.testing.wire.awaitUntil

/** Ktor's selectors: each client has one, and each takes a thread of the shared pool for as long as it lives. */
object Selectors {
    /** Waits until no thread of this JVM sits in one. Whoever asks is to be alone with its links. */
    fun awaitNone(): Unit = awaitUntil("no selector is left") { sitting() == 0 }

    /** Threads that sit in one. */
    fun sitting(): Int =
        Thread.getAllStackTraces().values.count { stack ->
            stack.any { it.className.startsWith("io.ktor.network.selector") }
        }
}
