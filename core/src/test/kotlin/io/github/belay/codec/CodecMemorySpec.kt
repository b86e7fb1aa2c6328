package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.lang.reflect.Modifier
import java.nio.ByteBuffer
import java.util.Collections
import java.util.IdentityHashMap
import java.util.zip.Deflater
import java.util.zip.Inflater
import kotlin.random.Random

/** What one link's codec holds on to when it has nothing to do. */
class CodecMemorySpec :
    FunSpec({
        val large = Random(1).nextBytes(LARGE_BYTES)
        val small = wire(WireFrame(WsOpcode.BINARY, byteArrayOf(1)))

        fun deflating() = WsFrameDecoder(MAX_BYTES, MAX_BYTES, WsSide.CLIENT, WsDeflateParameters())

        fun compressed(message: ByteArray): ByteArray =
            MessageDeflater(WsDeflateParameters(), WsSide.SERVER).use {
                wire(WireFrame(WsOpcode.BINARY, it.payloadOf(message), reservedBits = RSV1))
            }

        val fragmented =
            wire(
                WireFrame(WsOpcode.BINARY, large, isFinal = false),
                WireFrame(WsOpcode.CONTINUATION, large),
            )
        val messages =
            mapOf(
                "fragmented" to listOf(fragmented),
                "cut on the way" to
                    wire(WireFrame(WsOpcode.BINARY, large)).toList().chunked(70_000) { it.toByteArray() },
                "compressed" to listOf(compressed(large)),
                "of zeros, compressed" to listOf(compressed(ByteArray(LARGE_BYTES))),
            )
        for ((name, pieces) in messages) {
            test("of a large message that came $name nothing is kept, before the next one and behind it") {
                deflating().use { decoder ->
                    decoder
                        .decodeAll(pieces)
                        .frames
                        .single()
                        .payload.size shouldBeGreaterThan LARGE_BYTES - 1
                    decoder.heldBytes() shouldBeLessThan KEPT_BYTES
                    decoder.decodeAll(listOf(small)).frames.size shouldBe 1
                    decoder.heldBytes() shouldBeLessThan KEPT_BYTES
                }
            }
        }

        test("a message that is under way is held, and given up with its violation") {
            val decoder = deflating()
            decoder.decodeAll(listOf(fragmented.copyOf(fragmented.size - 1)))
            // Otherwise nothing is measured here.
            decoder.heldBytes() shouldBeGreaterThan LARGE_BYTES
            decoder.decodeAll(listOf(byteArrayOf(0), wire(WireFrame(opcode = 3)))).violation?.closeCode shouldBe 1002
            decoder.heldBytes() shouldBeLessThan KEPT_BYTES
        }

        for (deflate in listOf(null, WsDeflateParameters())) {
            test(
                "of a large message that was written nothing is kept, before the next one and behind it, with $deflate",
            ) {
                WsFrameEncoder(WsMaskKeys(), deflate).use { encoder ->
                    val held = encoder.heldBytes()
                    for (message in listOf(large, byteArrayOf(1))) {
                        val room = ByteBuffer.allocate(encoder.begin(WsFrame.Binary(WsBytes.wrap(message))).toInt())
                        encoder.write(room) shouldBe true
                        encoder.heldBytes() - held shouldBeLessThan KEPT_BYTES
                    }
                }
            }
        }

        test("zlib's memory outside the heap is given back by a close, by a violation too, and never asked for again") {
            val agreed = WsDeflateParameters(minBytes = 0)
            val encoder = WsFrameEncoder(WsMaskKeys(), agreed).apply { begin(WsFrame.text("Hello")) }
            val ends = mapOf<String, WsFrameDecoder.() -> Unit>("close" to { close() }, "violation" to { violate() })
            for ((name, end) in ends) {
                val decoder = deflating().apply { decodeAll(listOf(compressed(large))) }
                val inflater = decoder.reachable().filterIsInstance<Inflater>().single()
                inflater.needsInput() shouldBe true
                withClue(name) {
                    decoder.end()
                    shouldThrow<RuntimeException> { inflater.bytesRead }.message shouldBe "Inflater has been closed"
                    shouldThrow<IllegalStateException> { decoder.decodeAll(listOf(small)) }
                    decoder.reachable().filterIsInstance<Inflater>() shouldBe emptyList()
                }
            }
            val deflater = encoder.reachable().filterIsInstance<Deflater>().single()
            encoder.close()
            shouldThrow<RuntimeException> { deflater.bytesRead }.message shouldBe "Deflater has been closed"
            encoder.reachable().filterIsInstance<Deflater>() shouldBe emptyList()
        }
    })

private const val LARGE_BYTES = 1 shl 20
private const val MAX_BYTES = 1 shl 24

/** What may serve the next message: 64 KiB of fragments, the same of control frames at most, 16 KiB of output. */
private const val KEPT_BYTES = 80 * 1024

private fun WsFrameDecoder.violate() {
    decodeAll(listOf(wire(WireFrame(opcode = 3)))).violation?.closeCode shouldBe 1002
}

/** Bytes of all arrays and buffers that the codec can still reach. */
private fun Any.heldBytes(): Int =
    reachable().sumOf {
        when (it) {
            is ByteArray -> it.size
            is ByteBuffer -> it.capacity()
            else -> 0
        }
    }

/** All objects that [this] refers to, by fields of our own classes. */
private fun Any.reachable(): Set<Any> {
    val found: MutableSet<Any> = Collections.newSetFromMap(IdentityHashMap())
    val open = ArrayDeque(listOf(this))
    while (open.isNotEmpty()) {
        val next = open.removeFirst()
        if (found.add(next)) open.addAll(next.fieldValues())
    }
    return found
}

private fun Any.fieldValues(): List<Any> =
    generateSequence<Class<*>>(javaClass) { it.superclass }
        .takeWhile { it.name.startsWith("io.github.belay") }
        .flatMap { it.declaredFields.asSequence() }
        .filter { !Modifier.isStatic(it.modifiers) && !it.type.isPrimitive }
        .mapNotNull { it.apply { isAccessible = true }.get(this) }
        .toList()
