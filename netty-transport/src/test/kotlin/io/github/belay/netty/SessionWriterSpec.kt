package io.github.belay.netty

import io.github.belay.frame.WsFrame
import io.github.belay.testing.contract.FlushProbe
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.netty.buffer.ByteBuf
import io.netty.buffer.UnpooledByteBufAllocator
import io.netty.channel.ChannelHandlerContext
import io.netty.channel.ChannelOutboundHandlerAdapter
import io.netty.channel.ChannelPromise
import io.netty.channel.embedded.EmbeddedChannel
import java.io.IOException

/** What reaches the socket, and in which pieces. */
class SessionWriterSpec :
    FunSpec({
        class Rig(
            maxBytes: Long = 1_000_000,
        ) {
            /** Writes that the socket has not taken yet, when it is [stuck]. */
            val held = ArrayDeque<Pair<ByteBuf, ChannelPromise>>()
            var isStuck = false
            var flushes = 0
            var timesWritable = 0
            val failures = mutableListOf<Throwable>()
            val sizes = mutableListOf<Int>()
            private val socket =
                object : ChannelOutboundHandlerAdapter() {
                    override fun write(
                        ctx: ChannelHandlerContext,
                        message: Any,
                        promise: ChannelPromise,
                    ) {
                        sizes += (message as ByteBuf).readableBytes()
                        held += message to promise
                        if (!isStuck) take()
                    }

                    override fun flush(ctx: ChannelHandlerContext) {
                        flushes++
                    }
                }
            val channel = EmbeddedChannel(socket)
            val writer = SessionWriter(channel, null, maxBytes, { timesWritable++ }, { failures += it })

            fun take() {
                while (held.isNotEmpty()) {
                    held.removeFirst().let { (bytes, promise) ->
                        bytes.release().also { promise.setSuccess() }
                    }
                }
            }

            fun failAll() {
                while (held.isNotEmpty()) {
                    held.removeFirst().let { (bytes, promise) ->
                        bytes.release().also { promise.setFailure(IOException("cut")) }
                    }
                }
            }

            fun flush(): FlushProbe = FlushProbe().also(writer::flush)

            /** Runs what was handed to the loop. */
            fun turn(): Unit = channel.runPendingTasks()
        }

        fun bytes(size: Int) = WsFrame.binary(ByteArray(size))

        test("many frames and flushes leave in one buffer with one flush") {
            val rig = Rig()
            val flushes =
                List(100) {
                    rig.writer.write(bytes(10))
                    rig.flush()
                }
            rig.sizes shouldBe emptyList()
            rig.turn()
            rig.sizes shouldBe listOf(100 * 16)
            rig.flushes shouldBe 1
            flushes.forEach { it.timesHeard shouldBe 1 }
        }

        test("within a read nothing leaves before its end") {
            val rig = Rig()
            rig.writer.onReadBegun()
            rig.writer.write(bytes(1))
            val flush = rig.flush()
            rig.turn()
            rig.sizes shouldBe emptyList()
            rig.writer.onReadComplete()
            rig.sizes shouldBe listOf(7)
            flush.timesHeard shouldBe 1
        }

        test("what is written behind a flush leaves with it, or with the next one") {
            val rig = Rig()
            rig.writer.write(bytes(1))
            rig.flush()
            rig.writer.write(bytes(2))
            rig.turn()
            rig.sizes shouldBe listOf(7 + 8)
            rig.writer.write(bytes(3))
            rig.turn()
            rig.sizes shouldBe listOf(7 + 8)
            rig.flush()
            rig.turn()
            rig.sizes shouldBe listOf(7 + 8, 9)
        }

        test("what was written and never flushed is let go at the end") {
            val rig = Rig()
            val memory = UnpooledByteBufAllocator(true)
            rig.channel.config().setAllocator(memory)
            rig.writer.write(bytes(1))
            memory.metric().usedDirectMemory() shouldNotBe 0
            rig.writer.end(IOException("gone"))
            rig.turn()
            rig.sizes shouldBe emptyList()
            memory.metric().usedDirectMemory() shouldBe 0
        }

        test("a large frame takes as many buffers as it needs, and the next one goes on in the last") {
            val rig = Rig()
            rig.writer.write(bytes(200_000))
            rig.writer.write(bytes(10))
            rig.flush()
            rig.turn()
            rig.sizes.dropLast(1).toSet() shouldBe setOf(64 * 1024)
            rig.sizes.sum() shouldBe 200_014 + 16
        }

        test("a flush is over when the socket has taken what was written before it, and not earlier") {
            val rig = Rig()
            rig.isStuck = true
            rig.writer.write(bytes(1))
            val first = rig.flush()
            rig.turn()
            rig.writer.isStuck shouldBe true
            val second = rig.flush()
            rig.turn()
            first.timesHeard + second.timesHeard shouldBe 0
            rig.take()
            first.awaitSuccess()
            second.awaitSuccess()
            rig.writer.isStuck shouldBe false
        }

        test("bytes are counted from the write until the socket has them, headers included") {
            val rig = Rig(maxBytes = 99)
            rig.isStuck = true
            rig.writer.write(bytes(93))
            rig.writer.isWritable shouldBe true
            rig.writer.write(bytes(0))
            rig.writer.isWritable shouldBe false
            rig.flush()
            rig.turn()
            rig.writer.isWritable shouldBe false
            rig.timesWritable shouldBe 0
            rig.take()
            rig.writer.isWritable shouldBe true
            rig.timesWritable shouldBe 1
        }

        test("a failed write fails every flush, once, and all that come") {
            val rig = Rig()
            rig.isStuck = true
            rig.writer.write(bytes(100_000))
            val underWay = rig.flush()
            rig.turn()
            rig.writer.write(bytes(1))
            val queued = rig.flush()
            rig.failAll()
            val late = rig.flush()
            rig.turn()
            rig.writer.end(IOException("gone"))
            for (flush in listOf(underWay, queued, late)) {
                flush.awaitFailure() shouldNotBe null
                flush.timesHeard shouldBe 1
            }
            rig.failures.size shouldBe 1
            rig.writer.isWritable shouldBe false
        }

        test("a listener of a flush that throws leaves the others alone") {
            val rig = Rig()
            rig.writer.flush { error("a bug") }
            val other = rig.flush()
            rig.turn()
            other.awaitSuccess()
        }
    })
