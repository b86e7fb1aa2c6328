package io.github.belay.testing.wire

import io.github.belay.frame.WsFrame
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsTransport
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.ServerSocket
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** One limit for the whole open, whatever it is that takes so long. */
abstract class OpenTimeoutScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        fun shouldTimeOut(
            scheme: String = "ws",
            script: RawPeer.() -> Unit,
        ) {
            RawServer(script = script).use { server ->
                subject.newTransport().use {
                    it.shouldTimeOut(
                        server.request(scheme = scheme, timeoutMillis = LIMIT_MILLIS),
                    )
                }
            }
        }

        test("a server that accepts and says nothing") {
            shouldTimeOut { hold() }
        }

        test("a server that reads the upgrade and says nothing") {
            shouldTimeOut {
                readRequest()
                hold()
            }
        }

        test("an answer that comes byte by byte, each in time, for ever") {
            shouldTimeOut {
                readRequest()
                send("HTTP/1.1 101 Switching Protocols\r\n")
                while (true) {
                    send("X-Drip: y\r\n")
                    closing.await(20, TimeUnit.MILLISECONDS)
                }
            }
        }

        test("a server that is silent where TLS should begin") {
            shouldTimeOut("wss") { hold() }
        }

        test("a name service that blocks holds up neither the open nor a link that is open") {
            val answered = CountDownLatch(1)
            val lookup: (String) -> List<String> = { answered.await().let { emptyList() } }
            // Held, so that the system gives its port to no other socket, which would look as if the open had left one.
            val nowhere = autoClose(ServerSocket(0))
            RawServer {
                accept()
                while (true) send(textFrame(readFrame().text))
            }.use { server ->
                subject.newTransport(lookup).use { transport ->
                    val open = transport.open(server.request())
                    transport.shouldTimeOut(
                        requestTo("ws://slow.example:${nowhere.localPort}/", timeoutMillis = LIMIT_MILLIS),
                    )
                    open.awaitOpen().run {
                        write(WsFrame.text("still alive"))
                        flushed().await() shouldBe null
                    }
                    open.awaitFrame() shouldBe WsFrame.text("still alive")
                    answered.countDown()
                }
            }
        }

        test("TLS that comes about late does not open the link after all") {
            val tls = LoopbackTls.selfSigned()
            RawServer(tls.serverContext) {
                closing.await(2 * LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                accept()
            }.use { server ->
                subject.newTransport().use { transport ->
                    transport.shouldTimeOut(
                        server.request(
                            scheme = "wss",
                            host = "localhost",
                            tls = tls.clientTrust,
                            timeoutMillis = LIMIT_MILLIS,
                        ),
                    )
                }
            }
        }

        test("an attempt that is cancelled leaves no socket and says nothing more") {
            RawServer {
                readRequest()
                hold()
            }.use { server ->
                subject.newTransport().use { transport ->
                    val (link, attempt) = transport.attempt(server.request())
                    server.awaitPeer().run { awaitUntil("the upgrade is there") { request.isNotEmpty() } }
                    attempt.cancel()
                    attempt.cancel()
                    ClientSockets.awaitNoneTo(server.port)
                    link.staysWithout(100.milliseconds) { true } shouldBe true
                }
            }
        }
    })

/** The whole time that those opens have. */
const val LIMIT_MILLIS = 400L

fun WsTransport.shouldTimeOut(request: WsConnectRequest) {
    val started = TimeSource.Monotonic.markNow()
    val (link, _) = attempt(request)
    link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.TimedOut>().limitMillis shouldBe LIMIT_MILLIS
    started.elapsedNow() shouldBeLessThan 3.seconds
    ClientSockets.awaitNoneTo(request.url.port)
    link.assertContractKept()
}
