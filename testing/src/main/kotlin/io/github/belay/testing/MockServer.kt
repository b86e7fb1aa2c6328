package io.github.belay.testing

import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTransportListener
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.future.future
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.onTimeout
import kotlinx.coroutines.selects.select
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration

/**
 * The server side of [transport], in memory: accepts one connection after the other, in virtual time when [context] has
 * it, and misbehaves on demand.
 *
 * Every attempt to connect is answered by the next [MockHandshake] that was enqueued, or by [otherwise] when none is
 * left. Each accepted attempt is a fresh [MockConnection], numbered 1, 2, 3 and so on. Safe from any thread.
 *
 * Everything happens in coroutines of [context], which must have a dispatcher that dispatches: a test dispatcher of the
 * standard kind, a [SimDispatcher], or real threads. With a job in it the coroutines are its children, so a test passes
 * a background scope; without one nobody waits for them. When that job is cancelled, links end without a word to their
 * listeners. An exception thrown by a transport listener fails its coroutine.
 */
public class MockServer
    @JvmOverloads
    constructor(
        context: CoroutineContext,
        private val limits: MockLimits = MockLimits(),
        /** True gives each session a loop ([io.github.belay.transport.WsTransportSession.loop]); callbacks then run on it. */
        private val offersLoop: Boolean = false,
    ) {
        private val dispatcher = dispatcherOf(context)
        private val scope = CoroutineScope(if (context[Job] == null) context + SupervisorJob() else context)
        private val closing = Job()
        private val lock = ReentrantLock()
        private val arrivals = Channel<MockConnection>(BACKLOG)

        // Written and read under the lock.
        private val script = ArrayDeque<MockHandshake>()
        private val open = LinkedHashMap<Int, MockConnection>()

        /** The client side: give it to what is under test. */
        public val transport: MockTransport = MockTransport(this)

        /** Answers attempts for which nothing is enqueued. At first they are accepted. */
        public var otherwise: MockHandshake = MockHandshake.accept()
            get() = lock.withLock { field }
            set(value) = lock.withLock { field = value }

        /** Whether new connections answer pings by themselves ([MockConnection.answersPings]). True at first. */
        @Volatile public var answersPings: Boolean = true

        /** Whether new connections answer a Close by themselves ([MockConnection.echoesClose]). True at first. */
        @Volatile public var echoesClose: Boolean = true

        /** Attempts that reached the server, whatever became of them. */
        public var connectAttempts: Int = 0
            get() = lock.withLock { field }
            private set

        /** Attempts that were accepted; the id of the newest connection. */
        public var acceptedConnections: Int = 0
            get() = lock.withLock { field }
            private set

        /** Connections that have not ended. */
        public val openConnections: Int get() = lock.withLock { open.size }

        /** The connections that have not ended, oldest first. */
        public fun connections(): List<MockConnection> = lock.withLock { open.values.toList() }

        /**
         * Answers the next attempts with [handshakes], one each, behind those enqueued before. Throws
         * [IllegalStateException] when more than [MAX_SCRIPT] would wait.
         */
        public fun enqueue(vararg handshakes: MockHandshake) {
            lock.withLock {
                check(script.size + handshakes.size <= MAX_SCRIPT) { "at most $MAX_SCRIPT handshakes may be enqueued" }
                script += handshakes
            }
        }

        /** Fails the next attempt with [failure]. */
        public fun refuse(failure: WsConnectFailure) {
            enqueue(MockHandshake.refuse(failure))
        }

        /** Answers the next attempt with [status] instead of 101. */
        @JvmOverloads
        public fun reject(
            status: Int,
            headers: WsHeaders = WsHeaders.EMPTY,
            body: String = "",
        ) {
            enqueue(MockHandshake.reject(status, headers, body))
        }

        /** Accepts the next attempt after [duration]. */
        public fun delay(duration: Duration) {
            enqueue(MockHandshake.accept().after(duration))
        }

        /** Never answers the next attempt. */
        public fun hang() {
            enqueue(MockHandshake.hang())
        }

        /** Suspends until a client has connected; connections come in the order of their ids, each once. */
        public suspend fun acceptConnection(): MockConnection = arrivals.receive()

        /** Like [acceptConnection], but null when nobody connects within [timeout]. */
        @OptIn(ExperimentalCoroutinesApi::class)
        public suspend fun acceptConnection(timeout: Duration): MockConnection? =
            select {
                arrivals.onReceive { it }
                onTimeout(timeout) { null }
            }

        /** The next connection if it is there. */
        public fun tryAcceptConnection(): MockConnection? = arrivals.tryReceive().getOrNull()

        /** [acceptConnection] for Java. */
        public fun acceptConnectionAsync(): CompletableFuture<MockConnection> =
            scope.future(CoroutineName("ws-mock-accept")) { acceptConnection() }

        internal fun connect(
            request: WsConnectRequest,
            listener: WsTransportListener,
        ): WsConnectAttempt {
            val link = if (offersLoop) dispatcher.limitedParallelism(1, "ws-mock-loop") else dispatcher
            val loop = if (offersLoop) link.asExecutor() else null
            val attempt =
                MockAttempt(request, listener, nextHandshake(), closing) { openLink(request, listener, it, loop) }
            attempt.job =
                scope.launch(link + CoroutineName("ws-mock-link"), CoroutineStart.LAZY) { attempt.run() }
            attempt.job.start()
            return attempt
        }

        private fun nextHandshake(): MockHandshake =
            lock.withLock {
                if (closing.isCompleted) return MockHandshake.hang()
                connectAttempts++
                script.removeFirstOrNull() ?: otherwise
            }

        private fun openLink(
            request: WsConnectRequest,
            listener: WsTransportListener,
            answer: MockHandshake,
            loop: Executor?,
        ): MockLink? =
            lock.withLock {
                val handshake = WsHandshake(answer.headers, answer.subprotocol)
                val id = acceptedConnections + 1
                val faults = LinkFaults(answersPings, echoesClose)
                val link = MockLink(id, request, handshake, loop, listener, scope, faults, limits)
                val connection = MockConnection(link, scope)
                if (arrivals.trySend(connection).isFailure) return null
                acceptedConnections = id
                open[id] = connection
                link.gone.invokeOnCompletion { lock.withLock { open.remove(id) } }
                // Too late for the sweep of close.
                if (closing.isCompleted) link.abort()
                link
            }

        internal fun close() {
            closing.complete()
            connections().forEach { it.abortByClient() }
        }

        /** Limits. */
        public companion object {
            /** Connections that may wait to be accepted by the test; beyond it attempts fail as unreachable. */
            public const val BACKLOG: Int = 1024

            /** Handshakes that may be enqueued. */
            public const val MAX_SCRIPT: Int = 10_000

            /** A server whose coroutines run on [executor]; for Java. */
            @JvmStatic
            public fun on(executor: Executor): MockServer = MockServer(executor.asCoroutineDispatcher())

            private fun dispatcherOf(context: CoroutineContext): CoroutineDispatcher {
                val dispatcher = context[ContinuationInterceptor] as? CoroutineDispatcher
                requireNotNull(dispatcher) { "context must have a dispatcher but was $context" }
                require(dispatcher.isDispatchNeeded(EmptyCoroutineContext)) {
                    "dispatcher must dispatch, or the listener would be called from within connect, but was $dispatcher"
                }
                return dispatcher
            }
        }
    }
