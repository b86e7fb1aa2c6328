package io.github.belay.ktor

import io.github.belay.testing.wire.TransportUnderTest

/** Ktor ends its queue of frames alike after FIN and after reset, and answers some violations itself. */
val ktor: TransportUnderTest =
    TransportUnderTest(
        tellsEndFromFailure = false,
        maxBurst = 64,
        maxFramesAhead = 18,
        bufferedBytes = 2 * 1024 * 1024,
        answersViolations = true,
        threads = Selectors::sitting,
        awaitIdle = Selectors::awaitNone,
    ) { lookup ->
        if (lookup == null) KtorTransport() else KtorTransport { engine { dnsResolver = { lookup(it) } } }
    }
