@file:OptIn(kotlinx.coroutines.ExperimentalCoroutinesApi::class)

package io.github.belay.internal.writer

import io.github.belay.frame.WsFrame
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.outbound.OutboundSetup
import io.github.belay.internal.outbound.Sender
import io.github.belay.internal.outbound.pong
import io.github.belay.internal.outbound.shown
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.outbound.TellOutcome
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsFlushListener
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import kotlinx.coroutines.withTimeout
import java.io.IOException
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

private const val SENDERS = 4
private const val MESSAGES = 2_000

/** A writer of link 1 and everything around it. The data lane is open. */
private class Rig(
    buffers: WsBuffers,
    time: TimeSource,
) {
    val queue = OutboundQueue(maxFrames = 10_000, maxBytes = 1_000_000).apply { openTo(1) }
    val session = FakeSession()
    val writable = Channel<Unit>(Channel.CONFLATED)
    val sender = Sender()

    /** Frames and bytes of each flush that was reported. */
    val reported = mutableListOf<Pair<Int, Long>>()
    val writer =
        Writer(queue, 1, session, buffers, writeTimeout = 10.seconds, Clock(time)::now, writable) { frames, bytes ->
            reported += frames to bytes
        }

    val texts: List<String> get() = session.written.map { it.shown() }

    fun offer(vararg texts: String) = sender.items(*texts).forEach(queue::offer)

    /** Keeps the flushes from ending; their listeners, to end them by hand. */
    fun stallFlushes(): List<WsFlushListener> = mutableListOf<WsFlushListener>().also { session.onFlush = it::add }
}

/** Runs [test] with a writer that works in the background. */
private fun written(
    buffers: WsBuffers = WsBuffers(),
    test: suspend TestScope.(Rig, Deferred<WsDisconnectCause?>) -> Unit,
) = runTest {
    val rig = Rig(buffers, testTimeSource)
    test(rig, backgroundScope.async { rig.writer.runWatched() })
}

/** What ends the writer, or whoever watches it, as the session runs the two. */
private suspend fun Writer.runWatched(): WsDisconnectCause? =
    coroutineScope {
        val writing = async { run() }
        val watching = async { watch() }
        select {
            writing.onAwait { it }
            watching.onAwait { it }
        }.also { coroutineContext.cancelChildren() }
    }

class WriterSpec :
    FunSpec({
        context("batches") {
            test("1000 queued messages leave in order with far fewer than 1000 flushes") {
                written { rig, _ ->
                    rig.offer(*Array(1_000) { "$it" })
                    runCurrent()
                    rig.texts shouldBe List(1_000) { "$it" }
                    rig.session.flushes.size shouldBeLessThan 5
                }
            }

            test("the writer is done when a Close frame has left") {
                written { rig, ended ->
                    rig.queue.offerControl(1, WsFrame.close())
                    runCurrent()
                    ended.isCompleted shouldBe true
                    ended.await() shouldBe null
                }
            }

            test("what comes during a flush leaves together with the next one") {
                written { rig, _ ->
                    val flushes = rig.stallFlushes()
                    rig.offer("a")
                    runCurrent()
                    rig.offer("b", "c")
                    runCurrent()
                    rig.texts.shouldContainExactly("a")
                    flushes.single().onFlushed(null)
                    runCurrent()
                    rig.session.flushes
                        .map { it.size }
                        .shouldContainExactly(1, 2)
                }
            }

            test("a batch ends where the write buffer is full, and a message larger than that leaves alone") {
                written(WsBuffers(writeBufferBytes = 4)) { rig, _ ->
                    rig.offer("aa", "bb", "c", "larger", "d")
                    runCurrent()
                    rig.session.flushes.map { batch -> batch.map { it.shown() } }.shouldContainExactly(
                        listOf("aa", "bb"),
                        listOf("c"),
                        listOf("larger"),
                        listOf("d"),
                    )
                }
            }

            test("a batch holds 1024 frames at most") {
                written { rig, _ ->
                    rig.offer(*Array(1_500) { "$it" })
                    runCurrent()
                    rig.session.flushes
                        .map { it.size }
                        .shouldContainExactly(1024, 476)
                }
            }

            test("each flush is reported with its frames and bytes") {
                written { rig, _ ->
                    rig.offer("four", "fiver")
                    rig.queue.offerControl(1, pong("p"))
                    runCurrent()
                    rig.reported.shouldContainExactly(3 to 10L)
                }
            }
        }

        context("order") {
            test("a pong is written before 1000 queued messages") {
                written { rig, _ ->
                    val flushes = rig.stallFlushes()
                    rig.offer("first")
                    runCurrent()
                    rig.offer(*Array(1_000) { "$it" })
                    rig.queue.offerControl(1, pong("p"))
                    flushes.single().onFlushed(null)
                    runCurrent()
                    rig.texts.take(3).shouldContainExactly("first", "PONG p", "0")
                }
            }

            test("concurrent senders keep their own order and their frames whole") {
                val rig = Rig(WsBuffers(), TimeSource.Monotonic)
                coroutineScope {
                    val writing = async(Dispatchers.Default) { rig.writer.run() }
                    val done = CompletableDeferred<Unit>()
                    rig.session.onFlush = { listener ->
                        listener.onFlushed(null)
                        if (rig.session.flushes.sumOf { it.size } == SENDERS * MESSAGES) done.complete(Unit)
                    }
                    repeat(SENDERS) { id ->
                        launch(Dispatchers.Default) {
                            repeat(MESSAGES) { rig.queue.offer(OutboundSetup(WsFrame.text("$id $it")) {}) }
                        }
                    }
                    withTimeout(30.seconds) { done.await() }
                    writing.cancelAndJoin()
                }
                val bySender = rig.texts.groupBy({ it.substringBefore(' ') }, { it.substringAfter(' ').toInt() })
                repeat(SENDERS) { bySender["$it"] shouldBe List(MESSAGES) { number -> number } }
            }

            test("bytes sent as a binary message leave as a binary message even if they are ASCII") {
                written { rig, _ ->
                    val ascii = "plain".encodeToByteArray()
                    rig.queue.offer(OutboundSetup(WsFrame.binary(ascii)) {})
                    runCurrent()
                    rig.session.written.shouldContainExactly(WsFrame.binary(ascii))
                }
            }

            test("nothing is written after a Close frame") {
                written { rig, writing ->
                    rig.queue.offerControl(1, WsFrame.close())
                    rig.offer("a")
                    runCurrent()
                    rig.session.written.shouldContainExactly(WsFrame.close())
                    advanceTimeBy(60.seconds)
                    writing.await() shouldBe null
                }
            }
        }

        context("outcomes") {
            test("a message is done when it was flushed, not when it was written") {
                written { rig, _ ->
                    val flushes = rig.stallFlushes()
                    rig.offer("a")
                    runCurrent()
                    rig.texts.shouldContainExactly("a")
                    rig.sender.outcomes.shouldBeEmpty()
                    flushes.single().onFlushed(null)
                    runCurrent()
                    rig.sender.outcomes.shouldContainExactly("a: Done")
                }
            }

            test("a flush that fails ends the link and leaves its messages unknown") {
                written { rig, writing ->
                    rig.session.onFlush = { it.onFlushed(IOException("broken\npipe")) }
                    rig.offer("a", "b")
                    runCurrent()
                    writing.await().shouldBeInstanceOf<WsDisconnectCause.WriteFailure>().text shouldBe "broken\npipe"
                    val unknown = "Unknown(write_failure(broken\\u000apipe))"
                    rig.sender.outcomes.shouldContainExactly("a: $unknown", "b: $unknown")
                    rig.queue.stats().unknown shouldBe 2
                    rig.reported.shouldBeEmpty()
                }
            }

            test("a failure without a message is named by its type") {
                written { rig, writing ->
                    rig.session.onFlush = { it.onFlushed(IOException()) }
                    rig.offer("a")
                    runCurrent()
                    writing.await().toString() shouldBe "write_failure(IOException)"
                }
            }

            test("a cancelled writer leaves unknown what it was writing, and in the queue what it was not") {
                written { rig, writing ->
                    rig.stallFlushes()
                    rig.offer("a")
                    runCurrent()
                    rig.offer("b")
                    writing.cancelAndJoin()
                    rig.sender.outcomes.shouldContainExactly("a: Unknown(link ended before the write was confirmed)")
                    rig.queue.stats().size shouldBe 1
                }
            }

            test("a flush that was confirmed counts even if the writer is cancelled in the same moment") {
                written { rig, writing ->
                    val flushes = rig.stallFlushes()
                    rig.offer("a")
                    runCurrent()
                    flushes.single().onFlushed(null)
                    writing.cancelAndJoin()
                    rig.sender.outcomes.shouldContainExactly("a: Done")
                    rig.reported.shouldContainExactly(1 to 1L)
                }
            }

            test("a confirmation that comes after the end is ignored") {
                written { rig, writing ->
                    val flushes = rig.stallFlushes()
                    rig.offer("a")
                    runCurrent()
                    writing.cancelAndJoin()
                    flushes.single().onFlushed(null)
                    runCurrent()
                    rig.queue.stats().let { it.sent to it.unknown } shouldBe (0L to 1L)
                }
            }

            test("a message withdrawn while the session is not writable is never written") {
                written { rig, _ ->
                    rig.session.isWritable = false
                    val item = rig.sender.item("a")
                    rig.queue.offer(item)
                    runCurrent()
                    rig.queue.withdraw(item) shouldBe true
                    rig.session.isWritable = true
                    rig.writable.trySend(Unit)
                    rig.offer("b")
                    runCurrent()
                    rig.texts.shouldContainExactly("b")
                }
            }
        }

        context("the write timeout") {
            test("a flush that does not end within the limit ends the link exactly then, its messages unknown") {
                written { rig, writing ->
                    rig.stallFlushes()
                    advanceTimeBy(3.seconds)
                    rig.offer("a")
                    val cause = writing.await().shouldBeInstanceOf<WsDisconnectCause.WriteTimeout>()
                    currentTime shouldBe 13_000
                    cause.limit shouldBe 10.seconds
                    rig.sender.outcomes.shouldContainExactly("a: Unknown(link ended before the write was confirmed)")
                    rig.queue.stats().unknown shouldBe 1
                }
            }

            test("a session that does not turn writable ends the link exactly then, its messages still in the queue") {
                written { rig, writing ->
                    rig.session.isWritable = false
                    rig.offer("a")
                    writing.await().shouldBeInstanceOf<WsDisconnectCause.WriteTimeout>()
                    currentTime shouldBe 10_000
                    rig.sender.outcomes.shouldBeEmpty()
                    rig.queue.stats().size shouldBe 1
                }
            }

            test("waiting to write and waiting for the flush share one limit") {
                written { rig, writing ->
                    rig.stallFlushes()
                    rig.session.isWritable = false
                    rig.offer("a")
                    advanceTimeBy(6.seconds)
                    rig.session.isWritable = true
                    rig.writable.trySend(Unit)
                    writing.await().shouldBeInstanceOf<WsDisconnectCause.WriteTimeout>()
                    currentTime shouldBe 10_000
                }
            }

            test("every batch has the whole limit to itself") {
                written { rig, writing ->
                    rig.session.onFlush = { listener ->
                        backgroundScope.launch {
                            delay(9.seconds)
                            listener.onFlushed(null)
                        }
                    }
                    repeat(3) {
                        rig.offer("$it")
                        advanceTimeBy(9.seconds)
                        runCurrent()
                    }
                    rig.sender.outcomes.shouldContainExactly("0: Done", "1: Done", "2: Done")
                    writing.isActive shouldBe true
                }
            }

            test("a writer with nothing to write waits without limit") {
                written { rig, writing ->
                    rig.session.isWritable = false
                    advanceTimeBy(3_600.seconds)
                    writing.isActive shouldBe true
                    rig.session.isWritable = true
                    rig.offer("a")
                    runCurrent()
                    rig.sender.outcomes.shouldContainExactly("a: ${TellOutcome.Done}")
                }
            }
        }

        test("a pong that comes while the session is not writable overtakes what waits") {
            written { rig, _ ->
                rig.session.isWritable = false
                rig.offer("a")
                runCurrent()
                rig.queue.offerControl(1, pong("p"))
                rig.writable.trySend(Unit)
                runCurrent()
                rig.session.flushes.shouldBeEmpty()
                rig.session.isWritable = true
                rig.writable.trySend(Unit)
                runCurrent()
                rig.texts.shouldContainExactly("PONG p", "a")
            }
        }
    })
