package io.github.belay.testing.conformance

import io.github.belay.testing.ListenerEvent
import io.github.belay.testing.server.RawSocket
import io.github.belay.testing.server.UpgradeRequest
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsUrl
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.util.concurrent.ScheduledThreadPoolExecutor
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Runs conformance cases against the transport of [subject], each over a TCP connection of its own to a server on this
 * machine.
 *
 * The owner of each link echoes: what arrives is seen at the listener, and what the client writes on the wire. Nothing
 * waits for time to pass but one case in a hundred, in which a client may fail a connection before a frame is complete:
 * it has [Companion.EARLY_SECONDS] to do so.
 *
 * [run] blocks; one thread at a time. [close] closes the transport.
 */
public class ConformanceSuite
    @JvmOverloads
    constructor(
        private val subject: ConformanceSubject,
        patience: java.time.Duration = java.time.Duration.ofSeconds(DEFAULT_PATIENCE_SECONDS),
    ) : AutoCloseable {
        private val patience = patience.toMillis().milliseconds
        private val listening = ServerSocket()
        private val transport = subject.newTransport()

        /** Ends a connection whose client does not let the server write. Forgets at once those that went well. */
        private val guard =
            ScheduledThreadPoolExecutor(1) { task -> Thread(task, "ws-conformance-guard").apply { isDaemon = true } }
                .apply { removeOnCancelPolicy = true }

        init {
            listening.bind(InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            listening.soTimeout = patience.toMillis().toInt()
        }

        private val url = WsUrl.parse("ws://${listening.inetAddress.hostAddress}:${listening.localPort}/")

        /** Plays [case] once. */
        public fun run(case: ConformanceCase): ConformanceResult =
            if (case.deflate != null && !subject.supportsDeflate()) {
                ConformanceResult(case, ConformanceVerdict.UNSUPPORTED)
            } else {
                play(case)
            }

        private fun play(case: ConformanceCase): ConformanceResult {
            val script = case.newScript()
            val listener = EchoListener(patience)
            val attempt = transport.connect(requestFor(case, script), listener)
            try {
                accept(case).use { server ->
                    val cut = guard.schedule({ server.close() }, CASE_SECONDS, TimeUnit.SECONDS)
                    val observation = converse(case, script, listener, server)
                    cut.cancel(false)
                    return resultOf(case, observation)
                }
            } catch (failure: IOException) {
                val detail = "heard ${listener.events}"
                return ConformanceResult(case, failing(case), "the handshake failed: ${failure.message}", detail)
            } finally {
                attempt.cancel()
                listener.session?.abort()
            }
        }

        private fun requestFor(
            case: ConformanceCase,
            script: Script,
        ): WsConnectRequest {
            val plain =
                WsConnectRequest(url, connectTimeoutMillis = patience.inWholeMilliseconds, buffers = script.buffers)
            return if (case.deflate == null) plain else subject.withDeflate(plain, case.deflate)
        }

        private fun accept(case: ConformanceCase): ServerEnd {
            val socket = RawSocket.over(listening.accept(), context = null)
            try {
                val request = UpgradeRequest.read(socket.input)
                val extensions = case.deflate?.let { agreeTo(it, request.headers) } ?: WsHeaders.EMPTY
                socket.write(request.accept(subprotocol = null, extensions))
                return ServerEnd(socket)
            } catch (failure: IOException) {
                RawSocket.quietly(socket::close)
                throw failure
            }
        }

        private fun agreeTo(
            offer: DeflateOffer,
            headers: WsHeaders,
        ): WsHeaders {
            val offered = headers[EXTENSIONS].orEmpty()
            val missing = (listOf(DeflateOffer.NAME) + offer.parameters.map { it.first }).filterNot { it in offered }
            if (missing.isNotEmpty()) throw IOException("the client did not offer $missing")
            return WsHeaders.EMPTY.with(EXTENSIONS, offer.toHeaderValue())
        }

        private fun converse(
            case: ConformanceCase,
            script: Script,
            listener: EchoListener,
            server: ServerEnd,
        ): Observation {
            var isLate = false
            val isPlayed =
                script.steps.all { step ->
                    when (step) {
                        is ScriptStep.Write -> {
                            server.write(step.bytes, step.pieceBytes)
                        }

                        is ScriptStep.AwaitMessages -> {
                            return@all server.awaitMessages(step.count, patience)
                        }

                        ScriptStep.AwaitViolation -> {
                            isLate =
                                listener.staysWithout(EARLY_SECONDS.seconds, ::isViolation)
                        }
                    }
                    true
                }
            if (isPlayed) server.awaitClose(patience)
            server.endOutput()
            // The Close frame may be on the wire before the listener hears why.
            listener.eventually { events -> events.any { isViolation(it) || isEnd(it) } }
            if (listener.events.any(::isViolation)) listener.session?.abort()
            listener.eventually { events -> events.any(::isEnd) }
            server.awaitEnd(patience)
            return Observation(script, case.deflate, listener, server, isLate)
        }

        private fun isViolation(event: ListenerEvent) = event is ListenerEvent.Violated

        private fun isEnd(event: ListenerEvent) = event is ListenerEvent.Closed

        private fun resultOf(
            case: ConformanceCase,
            observation: Observation,
        ): ConformanceResult {
            val problem = observation.problem() ?: return ConformanceResult(case, ConformanceVerdict.PASS)
            return ConformanceResult(case, failing(case), problem, observation.detail())
        }

        private fun failing(case: ConformanceCase) =
            if (case.isOpen) ConformanceVerdict.INFORMATIONAL else ConformanceVerdict.FAIL

        /** Closes the transport and frees the port. Idempotent. */
        override fun close() {
            guard.shutdownNow()
            RawSocket.quietly(listening::close)
            transport.close()
        }

        /** Limits. */
        public companion object {
            /** How long a suite waits for what must happen, unless told otherwise. */
            public const val DEFAULT_PATIENCE_SECONDS: Long = 10

            /** How long a client may take to fail a connection before all of a broken frame is there. */
            public const val EARLY_SECONDS: Int = 1

            private const val CASE_SECONDS = 30L
            private const val EXTENSIONS = "Sec-WebSocket-Extensions"
        }
    }
