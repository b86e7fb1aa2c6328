package io.github.belay.ktor

import io.github.belay.testing.wire.TransportUnderTest

/** Ktor ends its queue of frames alike after FIN and after reset, and answers some violations itself. */
val ktor: TransportUnderTest =
    TransportUnderTest(
        tellsEndFromFailure = false,
        maxBurst = 64,
        answersViolations = true,
        threads = ::selectors,
    ) { lookup ->
        if (lookup == null) KtorTransport() else KtorTransport { engine { dnsResolver = { lookup(it) } } }
    }

/** Threads that sit in one of Ktor's selectors. */
fun selectors(): Int =
    Thread.getAllStackTraces().values.count { stack ->
        stack.any { it.className.startsWith("io.ktor.network.selector") }
    }
