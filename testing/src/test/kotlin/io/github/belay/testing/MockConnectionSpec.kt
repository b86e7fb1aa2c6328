package io.github.belay.testing

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsLinkEnd
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlin.time.Duration.Companion.seconds

@OptIn(ExperimentalCoroutinesApi::class)
class MockConnectionSpec :
    FunSpec({
        context("frames to the client") {
            test("each send is a read of its own, a burst is one read") {
                linked { link ->
                    link.connection.sendText("a")
                    link.connection.sendBurst(listOf(text("b"), WsFrame.ping(), text("c")))
                    runCurrent()
                    link.story() shouldContainExactly
                        listOf(
                            "FrameCame(TEXT(1 bytes))",
                            "ReadCompleted",
                            "FrameCame(TEXT(1 bytes))",
                            "FrameCame(PING(0 bytes))",
                            "FrameCame(TEXT(1 bytes))",
                            "ReadCompleted",
                        )
                    link.heardTexts() shouldContainExactly listOf("a", "b", "", "c")
                }
            }

            test("all kinds arrive as they were sent") {
                linked { link ->
                    val bytes = WsBytes.copyOf(byteArrayOf(1, 2))
                    link.connection.sendBinary(byteArrayOf(0, -1))
                    link.connection.sendPing(bytes)
                    link.connection.sendPong(bytes)
                    link.connection.sendClose(4001, "bye")
                    runCurrent()
                    link.listener.frames shouldContainExactly
                        listOf(
                            WsFrame.binary(byteArrayOf(0, -1)),
                            WsFrame.ping(bytes),
                            WsFrame.pong(bytes),
                            WsFrame.close(4001, "bye"),
                        )
                }
            }

            test("a view that is kept throws after the call, and what was copied stays") {
                linked { link ->
                    link.connection.sendText("kept")
                    runCurrent()
                    val view = requireNotNull(link.listener.keptView)
                    shouldThrow<IllegalStateException> { view.kind }
                    shouldThrow<IllegalStateException> { view.toFrame() }
                    link.heardTexts() shouldContainExactly listOf("kept")
                }
            }

            test("wait while reading is off, and then come in order") {
                linked { link ->
                    link.session.setReading(false)
                    link.session.setReading(false)
                    link.connection.isReading shouldBe false
                    link.connection.sendText("a")
                    link.connection.sendBurst(listOf(text("b"), text("c")))
                    runCurrent()
                    link.heardTexts().shouldBeEmpty()
                    link.connection.undeliveredFrames shouldBe 3
                    link.session.setReading(true)
                    runCurrent()
                    link.heardTexts() shouldContainExactly listOf("a", "b", "c")
                    link.connection.undeliveredFrames shouldBe 0
                    link.connection.pausedReads shouldBe 1
                }
            }

            test("of a read that has begun still arrive when reading is turned off in it") {
                runTest {
                    val pausing =
                        object : RecordingListener() {
                            override fun onEvent(event: ListenerEvent) {
                                if (event is ListenerEvent.FrameCame) awaitOpen().setReading(false)
                            }
                        }
                    val link = MockTransport.channelPair().openLink(pausing)
                    link.connection.sendBurst(listOf(text("a"), text("b")))
                    link.connection.sendText("c")
                    runCurrent()
                    link.heardTexts() shouldContainExactly listOf("a", "b")
                    link.listener.events.last() shouldBe ListenerEvent.ReadCompleted
                }
            }

            test("are bounded: one more than the limit is the test's mistake") {
                linked(limits = MockLimits(maxUndeliveredFrames = 2)) { link ->
                    link.session.setReading(false)
                    link.connection.sendText("a")
                    shouldThrow<IllegalStateException> { link.connection.sendBurst(listOf(text("b"), text("c"))) }
                    link.connection.sendText("b")
                    shouldThrow<IllegalStateException> { link.connection.sendText("c") }
                    link.connection.undeliveredFrames shouldBe 2
                }
            }

            test("end with an abort inside the read") {
                runTest {
                    val aborting =
                        object : RecordingListener() {
                            override fun onEvent(event: ListenerEvent) {
                                if (event is ListenerEvent.FrameCame) awaitOpen().abort()
                            }
                        }
                    val link = MockTransport.channelPair().openLink(aborting)
                    link.connection.sendBurst(listOf(text("a"), text("b")))
                    runCurrent()
                    link.story() shouldContainExactly listOf("FrameCame(TEXT(1 bytes))", "Closed(Aborted)")
                }
            }
        }

        context("frames to the server") {
            test("leave with the flush, in order, and not before") {
                linked { link ->
                    link.session.write(text("a"))
                    link.session.write(WsFrame.binary(byteArrayOf(1)))
                    runCurrent()
                    link.connection.tryReceive().shouldBeNull()
                    link.send(text("c"))
                    link.flushes.shouldBeEmpty()
                    link.connection.receiveText() shouldBe "a"
                    link.connection.receive() shouldBe WsFrame.binary(byteArrayOf(1))
                    link.connection.receiveText() shouldBe "c"
                    link.flushes shouldContainExactly listOf(Result.success(Unit))
                }
            }

            test("are waited for up to a time limit") {
                linked { link ->
                    link.connection.receive(3.seconds).shouldBeNull()
                    currentTime shouldBe 3_000
                    link.send(text("late"))
                    link.connection.receive(3.seconds) shouldBe text("late")
                }
            }

            test("that are not text are not received as text") {
                linked { link ->
                    link.send(WsFrame.pong())
                    shouldThrow<IllegalStateException> { link.connection.receiveText() }
                }
            }

            test("are bounded: a server that nobody empties holds the flush, and then the writer") {
                linked(smallLink(), MockLimits(maxUnreceivedFrames = 2)) { link ->
                    link.send(text("0123456789"), text("0123456789"), text("0123456789"), text("0123456789"))
                    link.send(text("0123456789"))
                    runCurrent()
                    link.flushes.shouldBeEmpty()
                    link.session.isWritable shouldBe false
                    link.connection.receive()
                    runCurrent()
                    link.session.isWritable shouldBe true
                    link.story() shouldContainExactly listOf("BecameWritable")
                    repeat(2) { link.connection.receive() }
                    runCurrent()
                    link.flushes shouldContainExactly List(2) { Result.success(Unit) }
                }
            }

            test("can be received after the client is gone, and then no more") {
                linked { link ->
                    link.send(text("last"))
                    runCurrent()
                    link.session.abort()
                    link.connection.awaitEnd() shouldBe WsLinkEnd.Aborted
                    link.connection.receiveText() shouldBe "last"
                    link.connection.receive(1.seconds).shouldBeNull()
                    shouldThrow<NoSuchElementException> { link.connection.receive() }
                }
            }

            test("written after the end are dropped, and the flush tells") {
                linked { link ->
                    link.session.abort()
                    link.session.isWritable shouldBe false
                    runCurrent()
                    link.send(text("too late"))
                    runCurrent()
                    link.flushes.single().isFailure shouldBe true
                    link.connection.tryReceive().shouldBeNull()
                }
            }
        }

        context("automatic answers") {
            test("a ping is answered with its payload and not received") {
                linked { link ->
                    link.send(WsFrame.ping(WsBytes.copyOf(byteArrayOf(7))))
                    runCurrent()
                    link.listener.frames shouldContainExactly listOf(WsFrame.pong(WsBytes.copyOf(byteArrayOf(7))))
                    link.connection.tryReceive().shouldBeNull()
                }
            }

            test("a ping is received when answers are off") {
                linked { link ->
                    link.connection.answersPings = false
                    link.connection.answersPings shouldBe false
                    link.send(WsFrame.ping())
                    link.connection.receive() shouldBe WsFrame.ping()
                    link.listener.frames.shouldBeEmpty()
                }
            }

            test("a close is received, answered with the same, and ends the stream") {
                linked { link ->
                    link.send(WsFrame.close(1001, "moving"))
                    link.connection.receive() shouldBe WsFrame.close(1001, "moving")
                    link.connection.awaitEnd() shouldBe WsLinkEnd.EndOfStream
                    link.listener.frames shouldContainExactly listOf(WsFrame.close(1001, "moving"))
                }
            }

            test("the answer to a close of the server ends the stream without a second close") {
                linked { link ->
                    link.connection.sendClose(1012, "restart")
                    runCurrent()
                    link.connection.isOpen shouldBe true
                    link.send(WsFrame.close(1012))
                    link.connection.awaitEnd() shouldBe WsLinkEnd.EndOfStream
                    link.listener.frames shouldContainExactly listOf(WsFrame.close(1012, "restart"))
                }
            }

            test("a close stays unanswered when echoes are off") {
                linked { link ->
                    link.connection.echoesClose = false
                    link.connection.echoesClose shouldBe false
                    link.send(WsFrame.close())
                    runCurrent()
                    link.connection.isOpen shouldBe true
                    link.listener.frames.shouldBeEmpty()
                }
            }

            test("new connections start as the server says") {
                runTest {
                    val (transport, server) = MockTransport.channelPair()
                    server.answersPings = false
                    server.echoesClose = false
                    val link = (transport to server).openLink()
                    link.connection.answersPings shouldBe false
                    link.connection.echoesClose shouldBe false
                }
            }

            test("a ping flood against a client that does not read holds the client back") {
                linked(limits = MockLimits(maxUndeliveredFrames = 2)) { link ->
                    link.session.setReading(false)
                    repeat(3) { link.send(WsFrame.ping()) }
                    runCurrent()
                    link.flushes.size shouldBe 2
                    link.session.setReading(true)
                    runCurrent()
                    link.flushes.size shouldBe 3
                }
            }
        }
    })
