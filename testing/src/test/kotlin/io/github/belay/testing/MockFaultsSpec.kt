package io.github.belay.testing

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsText
import io.github.belay.transport.WsLinkEnd
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.runCurrent

@OptIn(ExperimentalCoroutinesApi::class)
class MockFaultsSpec :
    FunSpec({
        context("ends") {
            test(
                "a dropped socket is an end of stream behind what was sent, and writing succeeds until it is heard",
            ) {
                linked { link ->
                    link.connection.sendText("last")
                    link.connection.dropSocket()
                    link.send(text("into the half-closed socket"))
                    link.connection.awaitEnd() shouldBe WsLinkEnd.EndOfStream
                    link.flushes shouldContainExactly listOf(Result.success(Unit))
                    link.heardTexts() shouldContainExactly listOf("last")
                }
            }

            test("a close with a code is a frame and then the end") {
                linked { link ->
                    link.connection.close(4000, "go")
                    link.connection.awaitEnd()
                    link.story() shouldContainExactly
                        listOf("FrameCame(CLOSE(4 bytes))", "ReadCompleted", "Closed(EndOfStream)")
                }
            }

            test("an end waits while reading is off") {
                linked { link ->
                    link.session.setReading(false)
                    link.connection.dropSocket()
                    runCurrent()
                    link.connection.isOpen shouldBe true
                    link.session.setReading(true)
                    runCurrent()
                    link.connection.isOpen shouldBe false
                }
            }

            test("a reset fails the link and the flushes under way") {
                linked { link ->
                    link.connection.stallWrites()
                    link.send(text("stuck"))
                    runCurrent()
                    link.connection.reset("gone")
                    val end = link.connection.awaitEnd().shouldBeInstanceOf<WsLinkEnd.Failed>()
                    end.message shouldBe "gone"
                    link.flushes.single().isFailure shouldBe true
                }
            }

            test("a reset is noticed by a flush even while reading is off") {
                linked { link ->
                    link.session.setReading(false)
                    link.connection.reset()
                    runCurrent()
                    link.connection.isOpen shouldBe true
                    link.send(text("into the void"))
                    link.connection.awaitEnd().shouldBeInstanceOf<WsLinkEnd.Failed>()
                }
            }

            test("an abort is heard once, fails the flushes under way and loses what was not read") {
                linked { link ->
                    link.connection.stallWrites()
                    link.send(text("stuck"))
                    link.connection.sendText("unread")
                    link.session.abort()
                    link.session.abort()
                    runCurrent()
                    link.story() shouldContainExactly listOf("Closed(Aborted)")
                    link.flushes.single().isFailure shouldBe true
                    link.connection.isOpen shouldBe false
                }
            }

            test("sending to a client that is gone does nothing; after the server's own end it is a mistake") {
                linked { link ->
                    link.connection.dropSocket()
                    shouldThrow<IllegalStateException> { link.connection.sendText("x") }
                    link.connection.awaitEnd()
                    link.connection.sendText("x")
                    link.connection.dropSocket()
                }
            }
        }

        context("faults") {
            test("a violation is reported, no frame follows, and a close may still be written") {
                linked { link ->
                    link.connection.sendText("before")
                    link.connection.violate(CloseCode.PROTOCOL_ERROR, "reserved bit")
                    link.connection.sendText("after")
                    link.connection.violate(CloseCode.PROTOCOL_ERROR, "again")
                    link.send(WsFrame.close(CloseCode.PROTOCOL_ERROR))
                    link.connection.receive() shouldBe WsFrame.close(CloseCode.PROTOCOL_ERROR)
                    link.connection.awaitEnd()
                    link.story() shouldContainExactly
                        listOf(
                            "FrameCame(TEXT(6 bytes))",
                            "ReadCompleted",
                            "Violated(1002, reserved bit)",
                            "Closed(EndOfStream)",
                        )
                }
            }

            test("a message above the client's limits is violation 1009, and the frames before it in the read arrive") {
                linked(smallLink()) { link ->
                    val tooLong = WsFrame.binary(ByteArray(1001))
                    link.connection.sendBurst(listOf(text("ok"), tooLong, text("never")))
                    link.connection.sendText("never")
                    runCurrent()
                    link.heardTexts() shouldContainExactly listOf("ok")
                    link.story().drop(1) shouldContainExactly
                        listOf("Violated(1009, message must take at most 1000 bytes but takes 1001)", "ReadCompleted")
                }
            }

            test("text that is not UTF-8 is violation 1007") {
                linked { link ->
                    link.connection.sendFrame(WsFrame.Text(WsText.unchecked(WsBytes.copyOf(byteArrayOf(-1)))))
                    runCurrent()
                    link.story().first() shouldBe "Violated(1007, text must be UTF-8 but is not)"
                }
            }

            test("a half-open link loses both directions and tells nobody") {
                linked { link ->
                    link.connection.sendText("lost already")
                    link.connection.goSilent()
                    link.connection.sendText("lost")
                    link.connection.dropSocket()
                    link.send(WsFrame.ping(), text("lost"))
                    runCurrent()
                    link.flushes shouldContainExactly listOf(Result.success(Unit))
                    link.connection.tryReceive().shouldBeNull()
                    link.story().shouldBeEmpty()
                    link.connection.isOpen shouldBe true
                    link.session.abort()
                    link.connection.awaitEnd() shouldBe WsLinkEnd.Aborted
                }
            }

            test("a stalled server holds flushes and writability until it resumes") {
                linked(smallLink()) { link ->
                    link.connection.stallWrites()
                    link.send(text("0123456789"), text("0123456789"))
                    runCurrent()
                    link.session.isWritable shouldBe true
                    link.session.write(text("x"))
                    link.session.isWritable shouldBe false
                    link.flushes.shouldBeEmpty()
                    link.connection.resumeWrites()
                    runCurrent()
                    link.session.isWritable shouldBe true
                    link.flushes.size shouldBe 1
                    link.story() shouldContainExactly listOf("BecameWritable")
                }
            }

            test("a failing write fails each flush and leaves the link open") {
                linked { link ->
                    link.connection.failWrites("broken pipe")
                    repeat(2) { link.send(text("x")) }
                    runCurrent()
                    link.flushes.map { it.exceptionOrNull()?.message } shouldContainExactly List(2) { "broken pipe" }
                    link.connection.isOpen shouldBe true
                    link.connection.tryReceive().shouldBeNull()
                }
            }
        }
    })
