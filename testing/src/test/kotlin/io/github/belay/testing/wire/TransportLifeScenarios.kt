package io.github.belay.testing.wire

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsLinkEnd
import io.kotest.core.annotation.Isolate
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf

@Isolate // Counts the selectors of the whole JVM.
abstract class TransportLifeScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        test("close aborts open links, fails opens under way and leaves neither socket nor thread") {
            RawServer {
                readRequest()
                if ("silent" in request.first()) hold()
                send(granted())
                drain()
            }.use { server ->
                val transport = subject.newTransport()
                val open = List(3) { transport.open(server.request()) }
                val (opening, _) = transport.attempt(server.request("/silent"))
                awaitUntil("all have connected") { server.connections == 4 }
                transport.close()
                transport.close()

                open.forEach { it.awaitClosed() shouldBe WsLinkEnd.Aborted }
                opening.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>().message shouldBe
                    "the transport was closed"
                ClientSockets.awaitNoneTo(server.port)
                awaitUntil("no thread is left") { subject.threads() == 0 }
                (open + opening).forEach { it.assertContractKept() }
            }
        }

        test("a closed transport opens nothing, and says so") {
            val transport = subject.newTransport().apply { close() }
            val (link, _) = transport.attempt(requestTo("ws://127.0.0.1:1/"))
            link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>().message shouldBe
                "the transport was closed"
        }

        test("two hundred links at a time carry frames and leave nothing") {
            RawServer {
                accept()
                while (true) send(textFrame(readFrame().text))
            }.use { server ->
                subject.newTransport().use { transport ->
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
                }
                awaitUntil("no thread is left") { subject.threads() == 0 }
            }
        }
    })
