package io.github.belay.testing

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportSession
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private object DeadSession : WsTransportSession {
    override val handshake = WsHandshake(WsHeaders.EMPTY, subprotocol = null)
    override val loop: Executor? = null
    override val isWritable = false

    override fun write(frame: WsFrame) = Unit

    override fun flush(listener: WsFlushListener) = Unit

    override fun setReading(enabled: Boolean) = Unit

    override fun abort() = Unit
}

private fun RecordingListener.hear(text: String) {
    onFrame(WsFrameView().give(text(text).kind, text(text).payload))
}

private val refused = WsConnectFailure.Unreachable("refused")
private val broken = WsProtocolException(CloseCode.PROTOCOL_ERROR, "reserved bit")

class RecordingListenerSpec :
    FunSpec({
        val impatient = 10.milliseconds

        test("writes down what it hears, in order, with copies of the frames") {
            val listener = RecordingListener()
            listener.onOpen(DeadSession)
            listener.hear("a")
            listener.onReadComplete()
            listener.onWritable()
            listener.onViolation(broken)
            listener.onClosed(WsLinkEnd.EndOfStream)
            listener.events.map { it.toString() } shouldContainExactly
                listOf(
                    "Opened",
                    "FrameCame(TEXT(1 bytes))",
                    "ReadCompleted",
                    "BecameWritable",
                    "Violated(1002, reserved bit)",
                    "Closed(EndOfStream)",
                )
            listener.frames shouldContainExactly listOf(text("a"))
            listener.assertContractKept()
        }

        test("hands out what was heard before and waits for what was not") {
            val listener = RecordingListener()
            val waiting = CompletableFuture.supplyAsync { listener.awaitFrames(2) }
            listener.onOpen(DeadSession)
            listener.hear("a")
            listener.awaitOpen() shouldBe DeadSession
            listener.hear("b")
            waiting.get(10, TimeUnit.SECONDS) shouldContainExactly listOf(text("a"), text("b"))
            listener.hear("c")
            listener.awaitFrame() shouldBe text("c")
            listener.onViolation(broken)
            listener.awaitViolation() shouldBe broken
            listener.onClosed(WsLinkEnd.Aborted)
            listener.awaitClosed() shouldBe WsLinkEnd.Aborted
        }

        test("an outcome that does not come fails with what was heard instead") {
            val listener = RecordingListener(patience = impatient)
            listener.onConnectFailed(refused)
            listener.awaitConnectFailure() shouldBe refused
            shouldThrow<AssertionError> { listener.awaitOpen() }.message shouldContain "Unreachable(refused)"
            shouldThrow<AssertionError> { listener.awaitFrame() }
        }

        test("tells whether something stays away") {
            val listener = RecordingListener()
            listener.onOpen(DeadSession)
            listener.staysWithout(impatient) { it is ListenerEvent.FrameCame } shouldBe true
            listener.hear("a")
            listener.staysWithout(10.seconds) { it is ListenerEvent.FrameCame } shouldBe false
        }

        context("takes for a breach") {
            fun breaches(calls: RecordingListener.() -> Unit) = RecordingListener().apply(calls).breaches

            test("a frame before the opening") {
                breaches { hear("early") } shouldHaveSize 1
            }
            test("a second outcome") {
                breaches {
                    onOpen(DeadSession)
                    onConnectFailed(refused)
                } shouldHaveSize 1
            }
            test("anything after the end") {
                breaches {
                    onOpen(DeadSession)
                    onClosed(WsLinkEnd.Aborted)
                    onReadComplete()
                    onClosed(WsLinkEnd.Aborted)
                } shouldHaveSize 2
            }
            test("anything after a failed attempt") {
                breaches {
                    onConnectFailed(refused)
                    onClosed(WsLinkEnd.Aborted)
                } shouldHaveSize 1
            }
            test("a frame after a violation, but not the end of its read") {
                breaches {
                    onOpen(DeadSession)
                    onViolation(broken)
                    onReadComplete()
                    hear("after")
                } shouldContainExactly listOf("FrameCame(TEXT(5 bytes)) came while the link was VIOLATED")
            }
            test("more events than it keeps") {
                val listener = RecordingListener(maxEvents = 2)
                listener.onOpen(DeadSession)
                listener.hear("a")
                listener.breaches.shouldBeEmpty()
                listener.hear("b")
                listener.breaches shouldContainExactly listOf("more than 2 events came")
                shouldThrow<AssertionError> { listener.assertContractKept() }
            }
            test("two calls at once") {
                val inside = CountDownLatch(1)
                val leave = CountDownLatch(1)
                val listener =
                    object : RecordingListener() {
                        override fun onEvent(event: ListenerEvent) {
                            if (event is ListenerEvent.Opened) {
                                inside.countDown()
                                leave.await(10, TimeUnit.SECONDS)
                            }
                        }
                    }
                val opening = CompletableFuture.runAsync { listener.onOpen(DeadSession) }
                inside.await(10, TimeUnit.SECONDS)
                listener.onReadComplete()
                leave.countDown()
                opening.get(10, TimeUnit.SECONDS)
                listener.breaches.single() shouldContain "while a call by"
            }
        }
    })
