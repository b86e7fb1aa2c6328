@file:Suppress("MagicNumber") // The numbers are the examples that the titles speak of.

package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsBuffers
import java.util.Random
import java.util.zip.Deflater

/** RSV1, which says that a message is compressed (RFC 7692 section 6). */
private const val RSV1 = 4

private val plain = DeflateOffer()
private const val SPACE = 0x20.toByte()

/** [size] bytes of text that compresses as prose does. */
internal fun prose(size: Int): ByteArray {
    val random = Random(size.toLong())
    val words = listOf("price ", "order ", "filled ", "book ", "\u20AC ", "depth ", "of ", "the ", "market ", "1.0825 ")
    val text = StringBuilder()
    while (text.length < size) text.append(words[random.nextInt(words.size)])
    // Cut at a byte that begins a code point.
    val bytes = text.toString().toByteArray()
    var end = size
    while (end > 0 && end < bytes.size && bytes[end].toInt() and 0xC0 == 0x80) end--
    return ByteArray(size) { if (it < end) bytes[it] else SPACE }
}

/** [size] bytes that do not compress. */
private fun noise(size: Int) = ByteArray(size).also(Random(size.toLong())::nextBytes)

internal fun ScriptBuilder.compressed(
    opcode: Int,
    message: ByteArray,
) = ServerFrame(opcode, deflater.compress(message), reservedBits = RSV1)

private fun CaseList.deflateCase(
    title: String,
    section: String = "RFC 7692 section 7.2.2",
    script: ScriptBuilder.() -> Unit,
) {
    case(title, section, plain, script = script)
}

internal fun deflateCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.DEFLATE, "RFC 7692 section 7.2.2") {
        compressedMessages()
        compressedFragments()
        controlsBetween()
        notCompressed()
        blockForms()
        reservedBitMisuse()
        brokenData()
        bombs()
    }

private fun CaseList.compressedMessages() {
    for (size in listOf(0, 1, 16, 64, 126, 256, 1000, 4096, 8192, 32_768, 65_536, 131_072)) {
        deflateCase("a compressed text of $size bytes comes whole, three times") {
            repeat(3) {
                send(compressed(WsOpcode.TEXT, prose(size)))
                expectText(prose(size))
            }
        }
        deflateCase("$size compressed bytes that do not compress come whole, twice") {
            repeat(2) {
                send(compressed(WsOpcode.BINARY, noise(size)))
                expectBinary(noise(size))
            }
        }
        deflateCase("$size compressed zeros come whole, one after the other") {
            repeat(2) {
                send(compressed(WsOpcode.BINARY, ByteArray(size)))
                expectBinary(ByteArray(size))
                awaitEchoes()
            }
        }
    }
}

private fun CaseList.compressedFragments() {
    for (size in listOf(16, 126, 1024, 8192, 65_536, 131_072)) {
        for (count in listOf(2, 3, 16)) {
            deflateCase("a compressed text of $size bytes in $count frames comes whole", "RFC 7692 section 6.1") {
                val payload = deflater.compress(prose(size))
                val frameBytes = (payload.size + count - 1) / count
                send(*fragments(WsOpcode.TEXT, payload, frameBytes, RSV1).toTypedArray())
                expectText(prose(size))
            }
        }
    }
}

private fun CaseList.controlsBetween() {
    fun between(
        title: String,
        vararg controls: Pair<ServerFrame, ScriptBuilder.() -> Unit>,
    ) = deflateCase("$title may come between the frames of a compressed message", "RFC 7692 section 6.1") {
        val frames = fragments(WsOpcode.TEXT, deflater.compress(prose(2000)), frameBytes = 200, RSV1)
        send(frames.first(), *controls.map { it.first }.toTypedArray(), *frames.drop(1).toTypedArray())
        controls.forEach { (_, expectation) -> expectation() }
        expectText(prose(2000))
    }
    between("an empty ping", ping() to { expectPing() })
    between("a ping", ping("between") to { expectPing("between") })
    between("a ping of 125 bytes", ping(letters(125)) to { expectPing(letters(125)) })
    between("a pong", pong("between") to { expectPong("between") })
    between("a ping and a pong", ping("1") to { expectPing("1") }, pong("2") to { expectPong("2") })
    deflateCase("a Close frame may come between the frames of a compressed message", "RFC 6455 section 5.4") {
        val frames = fragments(WsOpcode.TEXT, deflater.compress(prose(2000)), frameBytes = 200, RSV1)
        send(frames.first(), close(CloseCode.GOING_AWAY), frames[1])
        expect(WsFrame.close(CloseCode.GOING_AWAY))
    }
}

private fun CaseList.notCompressed() {
    val section = "RFC 7692 section 6"
    deflateCase("text without RSV1 is not compressed", section) {
        send(text("plain"))
        expectText("plain")
    }
    deflateCase("binary without RSV1 is not compressed", section) {
        send(binary(anyBytes(1000)))
        expectBinary(anyBytes(1000))
    }
    deflateCase("fragments without RSV1 are not compressed", section) {
        send(*fragments(WsOpcode.TEXT, letters(100), frameBytes = 30).toTypedArray())
        expectText(letters(100))
    }
    deflateCase("an empty message without RSV1 is not compressed", section) {
        send(text(""))
        expectText("")
    }
    deflateCase("a message without RSV1 leaves the window as it is", "RFC 7692 section 7.2.2") {
        send(compressed(WsOpcode.TEXT, prose(500)), text("plain"), compressed(WsOpcode.TEXT, prose(500)))
        expectText(prose(500))
        expectText("plain")
        expectText(prose(500))
    }
    deflateCase("every second message may be compressed", section) {
        repeat(10) {
            send(compressed(WsOpcode.TEXT, prose(100 + it)), binary(anyBytes(it)))
            expectText(prose(100 + it))
            expectBinary(anyBytes(it))
        }
    }
}

private fun CaseList.blockForms() {
    fun form(
        title: String,
        section: String,
        payload: () -> ByteArray,
    ) = deflateCase(title, section) {
        repeat(2) {
            send(ServerFrame(WsOpcode.TEXT, payload(), reservedBits = RSV1))
            expectText(prose(3000))
        }
    }
    form("a message may be of blocks that are only stored", "RFC 7692 section 7.2.3.3") {
        ServerDeflate(plain, Deflater.NO_COMPRESSION).compress(prose(3000))
    }
    form("a message may be compressed in the fastest way", "RFC 7692 section 7.2.1") {
        ServerDeflate(plain, Deflater.BEST_SPEED).compress(prose(3000))
    }
    form("a message may be compressed in the best way", "RFC 7692 section 7.2.1") {
        ServerDeflate(plain, Deflater.BEST_COMPRESSION).compress(prose(3000))
    }
    form("a message may be of codes without references", "RFC 7692 section 7.2.1") {
        ServerDeflate(plain, strategy = Deflater.HUFFMAN_ONLY).compress(prose(3000))
    }
    form("the last block of a message may say that it is the last", "RFC 7692 section 7.2.3.4") {
        ServerDeflate.finished(prose(3000))
    }
    form("a message may be of two blocks with an empty one between", "RFC 7692 section 7.2.3.5") {
        val deflater = ServerDeflate(plain)
        val (head, tail) = prose(3000).let { it.copyOf(1500) to it.copyOfRange(1500, it.size) }
        deflater.compressUntrimmed(head) + deflater.compress(tail)
    }
    form("a message may be of many blocks", "RFC 7692 section 7.2.3.5") {
        ServerDeflate(DeflateOffer(serverMaxWindowBits = 9)).compress(prose(3000))
    }
    deflateCase("one byte of 0 is an empty message", "RFC 7692 section 7.2.3.6") {
        send(ServerFrame(WsOpcode.BINARY, byteArrayOf(0), reservedBits = RSV1))
        expectBinary(ByteArray(0))
    }
}

private fun CaseList.reservedBitMisuse() {
    fun misuse(
        title: String,
        section: String,
        frames: ScriptBuilder.() -> List<ServerFrame>,
    ) = deflateCase(title, section) {
        send(text("before"))
        expectText("before")
        awaitEchoes()
        send(*frames().toTypedArray())
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    misuse("RSV1 stands on the first frame and not on a continuation", "RFC 7692 section 6.1") {
        fragments(WsOpcode.TEXT, deflater.compress(prose(100)), frameBytes = 50, RSV1).first().let {
            listOf(it, ServerFrame(WsOpcode.CONTINUATION, isFinal = false, reservedBits = RSV1))
        }
    }
    misuse("RSV1 does not come as late as the last frame of a message", "RFC 7692 section 6.1") {
        listOf(
            text("a", isFinal = false),
            ServerFrame(WsOpcode.CONTINUATION, deflater.compress(letters(9)), true, RSV1),
        )
    }
    for ((name, opcode) in listOf("ping" to WsOpcode.PING, "pong" to WsOpcode.PONG, "Close frame" to WsOpcode.CLOSE)) {
        misuse("a $name is not compressed", "RFC 7692 section 6.1") {
            listOf(ServerFrame(opcode, deflater.compress(byteArrayOf(3, 0xE8.toByte())), reservedBits = RSV1))
        }
    }
    for ((name, bit) in listOf("RSV2" to 2, "RSV3" to 1)) {
        misuse("$name means nothing beside RSV1", "RFC 7692 section 6") {
            listOf(ServerFrame(WsOpcode.TEXT, deflater.compress(prose(100)), reservedBits = RSV1 or bit))
        }
    }
}

private fun CaseList.brokenData() {
    fun broken(
        title: String,
        payload: ByteArray,
        vararg codes: Int,
    ) = deflateCase(title) {
        send(ServerFrame(WsOpcode.TEXT, payload, reservedBits = RSV1))
        expectViolation(*codes)
    }
    val anyFailure = intArrayOf(CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_PAYLOAD)
    broken("a block of the fourth kind is none", byteArrayOf(-1, -1, -1), *anyFailure)
    // A length of 3 at distance 1, in codes that are fixed, with nothing before it.
    broken("a reference must not go back beyond the first byte", byteArrayOf(2, 2, 0), *anyFailure)
    // 5 as the length and 5, not its complement, behind it.
    broken("a stored block has its length twice", byteArrayOf(0, 5, 0, 5, 0) + letters(5), *anyFailure)
    deflateCase("text is UTF-8 when it is not compressed any more", "RFC 6455 section 8.1") {
        send(compressed(WsOpcode.TEXT, letters(50) + byteArrayOf(-1) + letters(50)))
        expectViolation(CloseCode.INVALID_PAYLOAD)
    }
    deflateCase("a compressed text in fragments does not end inside a code point", "RFC 6455 section 8.1") {
        val payload = deflater.compress(letters(50) + "\u20AC".toByteArray().copyOf(2))
        send(*fragments(WsOpcode.TEXT, payload, frameBytes = 10, RSV1).toTypedArray())
        expectViolation(CloseCode.INVALID_PAYLOAD)
    }
}

private const val MIB = 1024 * 1024

private fun CaseList.bombs() {
    val section = "RFC 6455 section 10.4"
    val limit = WsBuffers(maxMessageBytes = MIB)
    deflateCase("the limit of a message counts what comes out: 64 MiB of zeros are too big", section) {
        buffers = limit
        send(compressed(WsOpcode.BINARY, ByteArray(64 * MIB)))
        expectViolation(CloseCode.MESSAGE_TOO_BIG)
    }
    deflateCase("16 MiB of zeros in small frames are too big", section) {
        buffers = limit
        val payload = deflater.compress(ByteArray(16 * MIB))
        send(*fragments(WsOpcode.BINARY, payload, frameBytes = 500, RSV1).toTypedArray())
        expectViolation(CloseCode.MESSAGE_TOO_BIG)
    }
    deflateCase("a compressed message at the limit arrives", section) {
        buffers = limit
        send(compressed(WsOpcode.BINARY, ByteArray(MIB)))
        expectBinary(ByteArray(MIB))
    }
    deflateCase("a compressed message one byte above the limit is too big", section) {
        buffers = limit
        send(compressed(WsOpcode.BINARY, ByteArray(MIB + 1)))
        expectViolation(CloseCode.MESSAGE_TOO_BIG)
    }
}

private class Takeover(
    val title: String,
    val offer: (Int) -> DeflateOffer,
)

internal fun deflateParameterCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.DEFLATE_PARAMETERS, "RFC 7692 section 7.1") {
        val takeovers =
            listOf(
                Takeover("both sides keep their windows") { DeflateOffer(serverMaxWindowBits = it) },
                Takeover("the server forgets its window") { DeflateOffer(true, serverMaxWindowBits = it) },
                Takeover("both sides forget their windows") { DeflateOffer(true, true, serverMaxWindowBits = it) },
            )
        for (takeover in takeovers) {
            for (bits in 9..ServerDeflate.MAX_WINDOW_BITS) {
                for (size in listOf(64, 256, 1024, 8192, 40_000, 100_000)) {
                    val title = "with a window of $bits bits, ${takeover.title}: three texts of $size bytes"
                    case(title, deflate = takeover.offer(bits)) {
                        repeat(3) {
                            send(compressed(WsOpcode.TEXT, prose(size)))
                            expectText(prose(size))
                        }
                    }
                }
            }
        }
    }
