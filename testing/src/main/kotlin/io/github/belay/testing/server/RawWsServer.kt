package io.github.belay.testing.server

import io.github.belay.testing.contract.ContractServer
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.transport.WsTlsConfig
import io.github.belay.transport.WsUrl
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.thread
import kotlin.concurrent.withLock
import kotlin.time.Duration

/**
 * A WebSocket server on this machine that does on the wire exactly what a test says, well or badly: for the tests of
 * transports, and of programs over a real socket.
 *
 * Written by hand on blocking sockets, one daemon thread for each connection, and so free of any client's code. Starts in
 * the constructor; [close] ends every connection and thread. Safe from any thread. Not for the outside world: it listens
 * on [RawWsOptions.host] only.
 */
public class RawWsServer
    @JvmOverloads
    constructor(
        private val options: RawWsOptions = RawWsOptions(),
    ) : ContractServer {
        private val lock = ReentrantLock()
        private val changed = lock.newCondition()
        private val listening = ServerSocket()
        private val closed = CountDownLatch(1)
        private val connections = Inbox<RawWsConnection>(options.maxConnections)

        // Written and read under the lock.
        private val script = ArrayDeque<ServerHandshake>()
        private val serving = HashMap<RawSocket, Thread>()

        override var attempts: Int = 0
            get() = lock.withLock { field }
            private set

        init {
            // Before the bind, or accepted sockets would not inherit it.
            listening.receiveBufferSize = options.receiveBufferBytes
            listening.bind(InetSocketAddress(InetAddress.getByName(options.host), 0))
        }

        override val url: WsUrl =
            WsUrl.parse("${if (options.tls == null) "ws" else "wss"}://${options.host}:${listening.localPort}/")

        override val tls: WsTlsConfig = options.tls?.clientTrust ?: WsTlsConfig.DEFAULT

        override val openSockets: Int get() = lock.withLock { serving.size }

        private val acceptor = thread(isDaemon = true, name = threadName("accept")) { acceptUntilClosed() }

        private fun threadName(part: String) = "ws-raw-${listening.localPort}-$part"

        override fun enqueue(handshake: ServerHandshake) {
            lock.withLock {
                check(script.size < MAX_SCRIPT) { "at most $MAX_SCRIPT handshakes may be enqueued" }
                script += handshake
            }
        }

        override fun awaitConnection(): RawWsConnection =
            connections.take(options.patience) ?: throw AssertionError("no client connected within ${options.patience}")

        override fun awaitAttempts(count: Int) {
            awaitThat("$count attempts") { attempts >= count }
        }

        override fun awaitNoSockets() {
            awaitThat("all clients to leave") { serving.isEmpty() }
        }

        private fun awaitThat(
            what: String,
            holds: () -> Boolean,
        ) {
            lock.withLock {
                var nanos = options.patience.inWholeNanoseconds
                while (!holds() && nanos > 0) nanos = changed.awaitNanos(nanos)
                if (!holds()) {
                    throw AssertionError(
                        "waited ${options.patience} for $what; $attempts attempts, ${serving.size} sockets open",
                    )
                }
            }
        }

        private fun acceptUntilClosed() {
            try {
                while (true) accept(listening.accept())
            } catch (failure: IOException) {
                connections.end("listens no more: $failure")
            }
        }

        private fun accept(tcp: Socket) {
            lock.withLock {
                attempts++
                changed.signalAll()
                if (closed.count == 0L ||
                    serving.size >= options.maxConnections
                ) {
                    return RawSocket.quietly { tcp.close() }
                }
                val handshake = script.removeFirstOrNull() ?: ServerHandshake.Accept()
                val socket = RawSocket.over(tcp, options.tls?.serverContext)
                val server =
                    thread(start = false, isDaemon = true, name = threadName("$attempts")) { serve(socket, handshake) }
                serving[socket] = server
                server.start()
            }
        }

        private fun serve(
            socket: RawSocket,
            handshake: ServerHandshake,
        ) {
            try {
                answer(socket, UpgradeRequest.read(socket.input), handshake)
            } catch (_: IOException) {
                // The client left, or never spoke WebSocket: its end of the test tells.
            } catch (_: InterruptedException) {
                // The server is being closed.
            } finally {
                RawSocket.quietly { socket.close() }
                lock.withLock {
                    serving.remove(socket)
                    changed.signalAll()
                }
            }
        }

        private fun answer(
            socket: RawSocket,
            request: UpgradeRequest,
            handshake: ServerHandshake,
        ) {
            when (handshake) {
                is ServerHandshake.Accept -> {
                    val frames = ServerFrameWriter()
                    handshake.firstFrames.forEach(frames::add)
                    socket.write(request.accept(handshake.subprotocol, handshake.headers) + frames.toByteArray())
                    serve(RawWsConnection(socket, request, options))
                }

                is ServerHandshake.Drip -> {
                    request.accept(subprotocol = null).forEach { byte ->
                        socket.write(byteArrayOf(byte))
                        pause(handshake.interval)
                    }
                    serve(RawWsConnection(socket, request, options))
                }

                is ServerHandshake.Refuse -> {
                    socket.write(UpgradeRequest.refusal(handshake))
                    socket.shutdownOutput()
                    drain(socket)
                }

                is ServerHandshake.Malformed -> {
                    socket.write(request.malformed(handshake.fault))
                    drain(socket)
                }

                ServerHandshake.Hang -> {
                    drain(socket)
                }

                ServerHandshake.Reset -> {
                    socket.reset()
                }
            }
        }

        private fun serve(connection: RawWsConnection) {
            if (connections.put(connection)) connection.serve()
        }

        /** Reads until the client leaves. To close with something unread would be a reset. */
        private fun drain(socket: RawSocket) {
            val unread = ByteArray(DRAIN_BYTES)
            var more = true
            while (more) more = socket.input.read(unread) >= 0
        }

        private fun pause(time: Duration) {
            if (closed.await(time.inWholeNanoseconds, TimeUnit.NANOSECONDS)) throw InterruptedException()
        }

        override fun close() {
            closed.countDown()
            RawSocket.quietly { listening.close() }
            val left = lock.withLock { serving.toMap() }
            for ((socket, server) in left) {
                RawSocket.quietly { socket.close() }
                server.interrupt()
            }
            (left.values + acceptor).filter { it !== Thread.currentThread() }.forEach {
                it.join(options.patience.inWholeMilliseconds)
            }
        }

        /** Limits. */
        public companion object {
            /** Handshakes that may be enqueued. */
            public const val MAX_SCRIPT: Int = 10_000

            private const val DRAIN_BYTES = 4096
        }
    }
