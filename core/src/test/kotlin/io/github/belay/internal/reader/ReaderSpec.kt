package io.github.belay.internal.reader

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.internal.outbound.take
import io.github.belay.policy.NoPingPong
import io.github.belay.policy.TextPingPong
import io.github.belay.policy.WsPingPongStrategy
import io.github.belay.policy.WsPongOutcome
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsLinkEnd
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.time.Duration.Companion.seconds

class ReaderSpec :
    FunSpec({
        test("an open reaches ingress and session, in this order") {
            with(Bench().open()) {
                words.calls shouldContainExactly listOf("onOpen")
                events shouldContainExactly listOf("open")
            }
        }

        test("what one read brings is handed over in order, a batch for each run of frames or of messages") {
            with(Bench().open()) {
                read("a", "emit", "ignore", "batch", "b", "c")
                read("d")
                received() shouldContainExactly
                    listOf(
                        listOf("forwarded a"),
                        listOf("emitted", "one", "two"),
                        listOf("forwarded b", "forwarded c"),
                        listOf("forwarded d"),
                    )
                events.drop(1) shouldContainExactly listOf("burst 6/18", "burst 1/1")
            }
        }

        test("a read that is ignored altogether is counted and hands nothing over") {
            with(Bench().open()) {
                read("ignore")
                received().shouldBeEmpty()
                events.last() shouldBe "burst 1/6"
            }
        }

        test("control frames are answered here and never reach the ingress") {
            with(Bench().open()) {
                frame(WsFrame.ping(WsBytes.copyOf(byteArrayOf(1, 2))))
                frame(WsFrame.pong())
                frame(WsFrame.close(4001, "bye"))
                reader.onReadComplete()
                words.calls shouldContainExactly listOf("onOpen")
                outbound.take(BENCH_GENERATION, 10, 100)?.frames shouldBe
                    listOf(WsFrame.pong(WsBytes.copyOf(byteArrayOf(1, 2))))
                events.drop(1) shouldContainExactly
                    listOf("peer close", "trouble: remote_closed(code=4001 reason=bye)", "burst 3/7")
            }
        }

        test("a message that answers the heartbeat goes no further, and any other does") {
            with(Bench(heartbeat = TextPingPong("PING")).open()) {
                read("a", "PONG", "PONG ", "pong")
                received() shouldContainExactly listOf(listOf("forwarded a", "forwarded PONG ", "forwarded pong"))
                words.calls shouldContainExactly listOf("onOpen", "a", "PONG ", "pong")
            }
        }

        test("a heartbeat without interest in messages is not shown any") {
            val curious =
                object : WsPingPongStrategy by NoPingPong {
                    override fun handleInbound(frame: WsFrameView): WsPongOutcome = WsPongOutcome.InvalidPong
                }
            with(Bench(heartbeat = curious).open()) {
                read("a")
                received() shouldContainExactly listOf(listOf("forwarded a"))
            }
        }

        test("each batch says when it came in") {
            with(Bench().open()) {
                time += 3.seconds
                read("a")
                time += 2.seconds
                read("emit")
                generateSequence(inbox::poll).map { it.arrivedAt }.toList() shouldContainExactly
                    listOf(3.seconds, 5.seconds)
            }
        }

        for ((word, event) in listOf(
            "reconnect" to "trouble: endpoint_requested(why not)",
            "shutdown" to "shutdown: enough",
            "throw" to "trouble: internal_error(ingress: IllegalStateException)",
        )) {
            test("after $word the ingress is asked no more, and what came before is still handed over") {
                with(Bench().open()) {
                    read("a", word, "b")
                    read("c", word)
                    received() shouldContainExactly listOf(listOf("forwarded a"))
                    words.calls shouldContainExactly listOf("onOpen", "a", word)
                    events.filter { it == event }.size shouldBe 1
                }
            }
        }

        test("an ingress whose open throws is asked for no frame") {
            with(Bench()) {
                words.onOpenThrows = true
                open()
                read("a")
                words.calls shouldContainExactly listOf("onOpen")
                events.first() shouldBe "trouble: internal_error(ingress: IllegalStateException)"
            }
        }

        test("reading stops when more waits than the budget allows, and goes on when there is room") {
            with(Bench(maxMessages = 3).open()) {
                read("a", "b", "c")
                events.none { it.startsWith("reading") } shouldBe true
                read("d")
                events.last { it.startsWith("reading") } shouldBe "reading false"
                budget.release(messages = 3, bytes = 3)
                events.last() shouldBe "reading true"
            }
        }

        test("a link that opens while there is no room does not read until there is") {
            with(Bench(maxMessages = 3)) {
                budget.charge(messages = 4, bytes = 4)
                open()
                events shouldContainExactly listOf("reading false", "open")
                budget.release(messages = 3, bytes = 3)
                events.last() shouldBe "reading true"
            }
        }

        test("room that comes before the open, or after the end, is no trouble") {
            with(Bench()) {
                reader.resumeReading()
                open()
                reader.retire()
                reader.resumeReading()
            }
        }

        test("the end hands over what the last read left, says why, and that the link is gone") {
            val ends =
                mapOf(
                    WsLinkEnd.EndOfStream to listOf("trouble: remote_closed(code=1006 reason=stream ended)"),
                    WsLinkEnd.Failed("reset") to listOf("trouble: read_failure(reset)"),
                    WsLinkEnd.Aborted to emptyList(),
                )
            for ((end, trouble) in ends) {
                with(Bench().open()) {
                    frame(WsFrame.text("a"))
                    reader.onClosed(end)
                    received() shouldContainExactly listOf(listOf("forwarded a"))
                    events.drop(1) shouldContainExactly trouble + "gone: $end"
                }
            }
        }

        test("a violation ends the link with its own close code, behind what came before it") {
            with(Bench().open()) {
                frame(WsFrame.text("a"))
                reader.onViolation(WsProtocolException(CloseCode.INVALID_PAYLOAD, "not UTF-8"))
                received() shouldContainExactly listOf(listOf("forwarded a"))
                events.last() shouldBe "trouble: protocol_violation(code=1007 not UTF-8)"
            }
        }

        test("a failed open and a writable signal are passed on") {
            with(Bench()) {
                reader.onConnectFailed(WsConnectFailure.Unreachable("no route"))
                reader.onWritable()
                events shouldContainExactly listOf("failed: Unreachable(no route)", "writable")
            }
        }

        test("retired it passes nothing on and answers nothing") {
            with(Bench().open()) {
                frame(WsFrame.text("a"))
                reader.retire() shouldBe true
                frame(WsFrame.text("b"))
                frame(WsFrame.ping())
                reader.onReadComplete()
                received().shouldBeEmpty()
                outbound.take(BENCH_GENERATION, 10, 100) shouldBe null
                words.calls shouldContainExactly listOf("onOpen", "a")
                events shouldContainExactly listOf("open")
            }
        }

        test("retired before the open it tells the session, which drops the socket, but not the ingress") {
            with(Bench()) {
                reader.retire() shouldBe false
                open()
                events shouldContainExactly listOf("open")
                words.calls.shouldBeEmpty()
                reader.retire() shouldBe false
            }
        }

        test("a forwarded frame is the user's to keep, with the very bytes that the transport gave away") {
            with(Bench().open()) {
                val given = WsFrame.text("a")
                frame(given)
                reader.onReadComplete()
                val batch = inbox.poll().shouldBeInstanceOf<InboundBatch.Forwarded>()
                batch.frames.single().payload shouldBeSameInstanceAs given.payload
            }
        }
    })
