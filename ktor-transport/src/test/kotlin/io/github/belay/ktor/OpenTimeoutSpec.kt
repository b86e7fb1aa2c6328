package io.github.belay.ktor

import io.github.belay.testing.wire.LIMIT_MILLIS
import io.github.belay.testing.wire.OpenTimeoutScenarios
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.requestTo
import io.github.belay.testing.wire.shouldTimeOut
import kotlinx.coroutines.awaitCancellation

/** One limit for the whole open, whatever it is that takes so long. */
class OpenTimeoutSpec :
    OpenTimeoutScenarios(ktor) {
    init {
        test("a name service that suspends for ever") {
            KtorTransport { engine { dnsResolver = { awaitCancellation() } } }.use {
                it.shouldTimeOut(requestTo("ws://slow.example:1/", timeoutMillis = LIMIT_MILLIS))
            }
        }
    }
}
