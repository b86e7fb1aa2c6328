package io.github.belay.testing.wire

import io.github.belay.transport.WsConnectFailure
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.InetAddress
import java.net.ServerSocket
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** What the listener hears of an open that does not come about. */
abstract class RefusalScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        fun rejection(
            timeoutMillis: Long = 10_000,
            script: RawPeer.() -> Unit,
        ): WsConnectFailure.Rejected =
            RawServer(script = script).use { server ->
                subject.newTransport().use { transport ->
                    val (link, _) = transport.attempt(server.request("/?token=secret", timeoutMillis = timeoutMillis))
                    val failure = link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Rejected>()
                    link.assertContractKept()
                    ClientSockets.awaitNoneTo(server.port)
                    server.connections shouldBe 1
                    failure
                }
            }

        test("a refusal carries status, headers and body") {
            val failure =
                rejection {
                    readRequest()
                    send(
                        answer(
                            "HTTP/1.1 401 Unauthorized",
                            "WWW-Authenticate: Bearer realm=x",
                            "Retry-After: 7",
                            "Content-Length: 5",
                        ) +
                            "sorry",
                    )
                    drain()
                }
            failure.status shouldBe 401
            failure.headers["www-authenticate"] shouldBe "Bearer realm=x"
            failure.headers["Retry-After"] shouldBe "7"
            failure.bodyStart shouldBe "sorry"
            failure.message shouldNotContain "realm"
        }

        test("a redirect is a refusal and is not followed") {
            RawServer {
                accept()
                drain()
            }.use { elsewhere ->
                val failure =
                    rejection {
                        readRequest()
                        send(
                            answer(
                                "HTTP/1.1 302 Found",
                                "Location: http://127.0.0.1:${elsewhere.port}/",
                                "Content-Length: 0",
                            ),
                        )
                        drain()
                    }
                failure.status shouldBe 302
                elsewhere.connections shouldBe 0
            }
        }

        test("of a long body only the start is kept") {
            rejection {
                readRequest()
                send(answer("HTTP/1.1 503 Service Unavailable", "Content-Length: 1000000") + "x".repeat(1_000_000))
                drain()
            }.bodyStart shouldBe "x".repeat(WsConnectFailure.MAX_BODY_BYTES)
        }

        test("a body that does not end is cut where the time is up") {
            val started = TimeSource.Monotonic.markNow()
            val failure =
                rejection(timeoutMillis = 500) {
                    readRequest()
                    send(answer("HTTP/1.1 429 Too Many Requests", "Retry-After: 3") + "5\r\nhalf ")
                    hold()
                }
            failure.status shouldBe 429
            failure.headers["Retry-After"] shouldBe "3"
            started.elapsedNow() shouldBeLessThan 5.seconds
        }

        test("a body that ends early is kept as far as it came") {
            rejection {
                readRequest()
                send(answer("HTTP/1.1 500 Oh", "Content-Length: 100") + "half")
            }.bodyStart shouldBe "half"
        }

        test("header lines that nobody could use are left out") {
            val failure =
                rejection {
                    readRequest()
                    send(answer("HTTP/1.1 403 No", "X-Good: yes", "X-Bad: a\u0001b", "Content-Length: 0"))
                    drain()
                }
            failure.headers["X-Good"] shouldBe "yes"
            failure.headers["X-Bad"] shouldBe null
        }

        test("a closed port is unreachable") {
            val port = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }
            subject.newTransport().use { transport ->
                val (link, _) = transport.attempt(requestTo("ws://127.0.0.1:$port/?token=secret"))
                val failure = link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                failure.message shouldContain "127.0.0.1:$port"
                failure.message shouldContain "refused"
                failure.message shouldNotContain "secret"
            }
        }

        test("a name that nobody knows is unreachable") {
            subject.newTransport().use { transport ->
                val (link, _) = transport.attempt(requestTo("ws://nowhere.invalid/?token=secret"))
                val failure = link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                failure.message shouldBe "unknown host nowhere.invalid"
            }
        }

        test("a connection that ends before the answer is unreachable, by FIN and by reset") {
            val endings = listOf<RawPeer.() -> Unit>({ close() }, { reset() })
            for (end in endings) {
                RawServer {
                    readRequest()
                    end()
                }.use { server ->
                    subject.newTransport().use { transport ->
                        val (link, _) = transport.attempt(server.request())
                        link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                    }
                }
            }
        }
    })
