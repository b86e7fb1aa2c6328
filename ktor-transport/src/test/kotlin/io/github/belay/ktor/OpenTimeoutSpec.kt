package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.LIMIT_MILLIS
import io.github.belay.testing.wire.OpenTimeoutScenarios
import io.github.belay.testing.wire.RawPeer
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.requestTo
import io.github.belay.testing.wire.shouldTimeOut
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.awaitCancellation
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

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
