package io.github.belay.benchmarks.server

import java.nio.ByteBuffer
import java.util.concurrent.locks.LockSupport
import kotlin.concurrent.thread

private const val BLOCK_BYTES = 256 * 1024
private const val BUFFER_BYTES = 1024 * 1024

/** What a server does with a link, on a thread of its own, until the client goes. */
internal fun serve(
    wire: Wire,
    upgrade: Upgrade,
) {
    when (upgrade.path) {
        "/flood" -> flood(wire, upgrade)
        "/echo" -> Echo(wire).run()
        "/sink" -> sink(wire, upgrade.number("n", 1))
        "/mixed" -> mixed(wire, upgrade)
        else -> error("no such route: ${upgrade.path}")
    }
}

/**
 * Sends `n` messages of `size` bytes as fast as they are taken, in blocks that were encoded beforehand. Begins with the
 * client's first message: some clients send a ping before their user knows that the link is open.
 */
private fun flood(
    wire: Wire,
    upgrade: Upgrade,
) {
    val size = upgrade.number("size", 100).toInt()
    val opcode = if (upgrade.text("kind", "text") == "text") OP_TEXT else OP_BINARY
    val block = block(wire, opcode, size)
    val frameBytes = block.frameBytes
    val incoming = wire.buffer(BLOCK_BYTES)
    var isBegun = false
    while (!isBegun) {
        if (wire.read(incoming) < 0) return
        takeFrames(incoming) { opcode, _, _, _ -> isBegun = isBegun || opcode <= OP_BINARY }
    }
    var left = upgrade.number("n", 1)
    while (left > 0) {
        val count = minOf(left, block.frames.toLong())
        wire.write(block.bytes.position(0).limit((count * frameBytes).toInt()))
        left -= count
    }
    do incoming.clear() while (wire.read(incoming) >= 0)
}

/** Frames that lie one behind the other. */
private class Block(
    val bytes: ByteBuffer,
    val frames: Int,
) {
    val frameBytes = bytes.limit() / frames
}

private fun block(
    wire: Wire,
    opcode: Int,
    size: Int,
): Block {
    val frames = maxOf(1, BLOCK_BYTES / (size + MAX_HEADER_BYTES))
    val bytes = wire.buffer(frames * (size + MAX_HEADER_BYTES))
    repeat(frames) { frame ->
        bytes.putHeader(opcode, size)
        repeat(size) { bytes.put(('a' + frame % 26).code.toByte()) }
    }
    return Block(bytes.flip(), frames)
}

/** Sends back all that one read brought in one write. Other threads may write between two of its writes. */
private class Echo(
    private val wire: Wire,
) {
    private val incoming = wire.buffer(BUFFER_BYTES)
    private val outgoing = wire.buffer(BUFFER_BYTES + BUFFER_BYTES / 2)

    fun run() {
        var isOpen = true
        while (isOpen && wire.read(incoming) >= 0) {
            takeFrames(incoming) { opcode, payload, size, key ->
                if (opcode == OP_CLOSE) isOpen = false
                outgoing.putHeader(if (opcode == OP_PING) OP_PONG else opcode, size)
                outgoing.putUnmasked(incoming, payload, size, key)
            }
            write(outgoing.flip())
            outgoing.clear()
        }
    }

    fun write(frames: ByteBuffer) = synchronized(this) { wire.write(frames) }
}

/** Says "go", counts `n` messages and says "done". */
private fun sink(
    wire: Wire,
    count: Long,
) {
    val incoming = wire.buffer(BUFFER_BYTES)
    wire.write(message("go"))
    var seen = 0L
    while (wire.read(incoming) >= 0) {
        takeFrames(incoming) { opcode, payload, size, key ->
            if (opcode == OP_PING) wire.write(pong(incoming, payload, size, key))
            if (opcode <= OP_BINARY && ++seen == count) wire.write(message("done"))
        }
    }
}

private fun message(text: String): ByteBuffer =
    ByteBuffer.allocate(text.length + MAX_HEADER_BYTES).apply {
        putHeader(OP_BINARY, text.length)
        put(text.toByteArray()).flip()
    }

private fun pong(
    incoming: ByteBuffer,
    payload: Int,
    size: Int,
    key: Int,
): ByteBuffer =
    ByteBuffer.allocate(size + MAX_HEADER_BYTES).apply {
        putHeader(OP_PONG, size)
        putUnmasked(incoming, payload, size, key)
        flip()
    }

/** Echoes, and sends `rate` messages a second of `size` bytes in between, a millisecond's worth at a time. */
private fun mixed(
    wire: Wire,
    upgrade: Upgrade,
) {
    val echo = Echo(wire)
    val perTick = (upgrade.number("rate", 0) / TICKS_PER_SECOND).toInt()
    val flooding =
        thread(isDaemon = true, name = "mixed-flood") {
            if (perTick >
                0
            ) {
                runCatching { tick(block(wire, OP_BINARY, upgrade.number("size", 100).toInt()), perTick, echo) }
            }
        }
    echo.run()
    flooding.interrupt()
}

private const val TICKS_PER_SECOND = 1000
private const val TICK_NANOS = 1_000_000L

private fun tick(
    block: Block,
    perTick: Int,
    echo: Echo,
) {
    var due = System.nanoTime()
    while (!Thread.currentThread().isInterrupted) {
        var left = perTick
        while (left > 0) {
            val count = minOf(left, block.frames)
            echo.write(block.bytes.position(0).limit(count * block.frameBytes))
            left -= count
        }
        due += TICK_NANOS
        // Late ticks follow at once: the rate is kept over time, as long as the client takes it.
        LockSupport.parkNanos(due - System.nanoTime())
    }
}
