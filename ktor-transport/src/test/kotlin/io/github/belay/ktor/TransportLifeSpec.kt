package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.requestTo
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsLinkEnd
import io.kotest.core.annotation.Isolate
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf

@Isolate // Counts the selectors of the whole JVM.
class TransportLifeSpec :
    FunSpec({
        test("close aborts open links, fails opens under way and leaves neither socket nor selector") {
            RawServer {
                readRequest()
                if ("silent" in request.first()) hold()
                send(granted())
                drain()
            }.use { server ->
                val transport = KtorTransport()
                val open = List(3) { transport.open(server.request()) }
                val (opening, _) = transport.attempt(server.request("/silent"))
                awaitUntil("all have connected") { server.connections == 4 }
                transport.close()
                transport.close()

                open.forEach { it.awaitClosed() shouldBe WsLinkEnd.Aborted }
                opening.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>().message shouldBe
                    "the transport was closed"
                ClientSockets.awaitNoneTo(server.port)
                awaitUntil("no selector is left") { selectors() == 0 }
                (open + opening).forEach { it.assertContractKept() }
            }
        }

        test("a closed transport opens nothing, and says so") {
            val transport = KtorTransport().apply { close() }
            val (link, _) = transport.attempt(requestTo("ws://127.0.0.1:1/"))
            link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>().message shouldBe
                "the transport was closed"
        }

        test("a transport without links keeps nothing open") {
            RawServer {
                accept()
                drain()
            }.use { server ->
                KtorTransport().use { transport ->
                    transport.open(server.request()).run {
                        awaitOpen().abort()
                        awaitClosed()
                    }
                    ClientSockets.awaitNoneTo(server.port)
                    awaitUntil("no selector is left") { selectors() == 0 }
                    transport.open(server.request())
                }
            }
        }

        test("two hundred links at a time carry frames and leave nothing") {
            RawServer {
                accept()
                while (true) send(textFrame(readFrame().text))
            }.use { server ->
                KtorTransport().use { transport ->
                    val links = List(200) { transport.attempt(server.request()).first }
                    links.forEachIndexed { index, link ->
                        link.awaitOpen().run {
                            write(WsFrame.text("$index"))
                            flush { }
                        }
                    }
                    links.forEachIndexed { index, link -> link.awaitFrame() shouldBe WsFrame.text("$index") }
                    links.forEach { it.awaitOpen().abort() }
                    links.forEach {
                        it.awaitClosed() shouldBe WsLinkEnd.Aborted
                        it.assertContractKept()
                    }
                    ClientSockets.awaitNoneTo(server.port)
                    awaitUntil("no selector is left") { selectors() == 0 }
                }
            }
        }
    })

/** Threads that sit in one of Ktor's selectors. */
private fun selectors(): Int =
    Thread.getAllStackTraces().values.count { stack ->
        stack.any { it.className.startsWith("io.ktor.network.selector") }
    }
