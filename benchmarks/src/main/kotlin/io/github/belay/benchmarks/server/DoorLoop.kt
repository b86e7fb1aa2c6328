package io.github.belay.benchmarks.server

import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.StandardSocketOptions
import java.nio.ByteBuffer
import java.nio.channels.SelectionKey
import java.nio.channels.Selector
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread

/**
 * Takes plain connections in: one selector for all of them until they have said what they want. Those that want `/idle`
 * stay here, ten thousand on one thread; the others get a thread of their own and a blocking socket.
 */
internal class DoorLoop : AutoCloseable {
    private val selector = Selector.open()
    private val door =
        ServerSocketChannel.open().apply {
            bind(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG)
            configureBlocking(false)
            register(selector, SelectionKey.OP_ACCEPT)
        }
    private val isDropDue = AtomicBoolean()
    private val scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES)
    private val answer = ByteBuffer.allocateDirect(SCRATCH_BYTES)

    val port: Int = (door.localAddress as InetSocketAddress).port

    fun start() = thread(isDaemon = true, name = "door") { while (selector.isOpen) turn() }

    private fun turn() {
        selector.select()
        if (!selector.isOpen) return
        if (isDropDue.getAndSet(false)) drop()
        val keys = selector.selectedKeys()
        keys.forEach { key -> if (key.isValid) runCatching { ready(key) }.onFailure { key.channel().close() } }
        keys.clear()
    }

    private fun ready(key: SelectionKey) {
        when (val waiting = key.attachment()) {
            null -> accept()
            is ByteBuffer -> listen(key, waiting)
            else -> idle(key.channel() as SocketChannel)
        }
    }

    private fun accept() {
        while (true) {
            val channel = door.accept() ?: return
            channel.configureBlocking(false)
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true)
            channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(Upgrade.MAX_BYTES))
        }
    }

    private fun listen(
        key: SelectionKey,
        received: ByteBuffer,
    ) {
        val channel = key.channel() as SocketChannel
        if (channel.read(received) < 0) return channel.close()
        val upgrade = Upgrade.parse(received) ?: return
        when (upgrade.path) {
            "/drop" -> {
                isDropDue.set(true)
                selector.wakeup()
                channel.close()
            }

            "/idle" -> {
                channel.write(upgrade.answer())
                key.attach(IDLE)
            }

            else -> {
                handOver(key, channel, upgrade)
            }
        }
    }

    private fun handOver(
        key: SelectionKey,
        channel: SocketChannel,
        upgrade: Upgrade,
    ) {
        key.cancel()
        channel.configureBlocking(true)
        thread(isDaemon = true, name = "serve${upgrade.path}") {
            PlainWire(channel).use { wire ->
                // The client may go whenever it has what it wants.
                runCatching {
                    wire.write(upgrade.answer())
                    serve(wire, upgrade)
                }
            }
        }
    }

    /** Answers pings and Close frames; an idle client says nothing else, and never more than fits in one read. */
    private fun idle(channel: SocketChannel) {
        if (channel.read(scratch.clear()) < 0) return channel.close()
        var isOver = false
        answer.clear()
        takeFrames(scratch) { opcode, payload, size, key ->
            if (opcode != OP_PING && opcode != OP_CLOSE) return@takeFrames
            isOver = opcode == OP_CLOSE
            answer.putHeader(if (isOver) OP_CLOSE else OP_PONG, size)
            answer.putUnmasked(scratch, payload, size, key)
        }
        channel.write(answer.flip())
        if (isOver) channel.close()
    }

    /** Resets all idle links at once. A reset leaves no port behind in TIME_WAIT, of which there are only so many. */
    private fun drop() {
        selector.keys().filter { it.isValid && it.attachment() === IDLE }.forEach { key ->
            val channel = key.channel() as SocketChannel
            channel.setOption(StandardSocketOptions.SO_LINGER, 0)
            channel.close()
        }
    }

    override fun close() {
        selector.close()
        door.close()
    }

    private companion object {
        const val BACKLOG = 4096
        const val SCRATCH_BYTES = 64 * 1024
        val IDLE = Any()
    }
}
