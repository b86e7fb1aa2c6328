package io.github.belay.testing.link

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketActorConfig
import io.github.belay.WsRuntime
import io.github.belay.endpoint.RawFrames
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.NoPingPong
import io.github.belay.testing.server.RawWsOptions
import io.github.belay.testing.server.RawWsServer
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.testing.wire.awaitUntil
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** A connection over real loopback sockets, its server, and the proof that nothing is left of it. */
class RealSockets(
    private val subject: TransportUnderTest,
    options: RawWsOptions,
) {
    val server = RawWsServer(options)
    val transport = subject.newTransport()

    /** Parent of the connections. */
    val parent = Job()
    private val watching = CoroutineScope(Dispatchers.Default + Job())

    /** What happened, in order; more than a test can cause. */
    val events = Channel<WsLifecycleEvent>(capacity = 1000)

    fun raw(
        usesUrl: Boolean = true,
        configure: WebSocketActorConfig.Builder.() -> Unit = {},
    ): WebSocketActor<WsFrame> = actor(RawFrames(), usesUrl, configure)

    fun <M : Any> actor(
        endpoint: WsEndpointHandler<M>,
        usesUrl: Boolean = true,
        configure: WebSocketActorConfig.Builder.() -> Unit = {},
    ): WebSocketActor<M> {
        val actor =
            WebSocketActor(transport, endpoint, runtime = WsRuntime(parent = parent)) {
                if (usesUrl) url(server.url.reveal())
                tls = server.tls
                reconnect = ConstantBackoff(20.milliseconds)
                closeTimeout = 1.seconds
                // Nothing is being written unless a test says so: a loss is then noticed by the reader alone.
                heartbeat = NoPingPong
                configure()
            }
        watching.launch(start = CoroutineStart.UNDISPATCHED) { actor.lifecycle.collect(events::send) }
        return actor
    }

    /** The next event of type [E]; others before it are passed over. */
    suspend inline fun <reified E : WsLifecycleEvent> next(): E =
        withTimeout(PATIENCE) {
            var event = events.receive()
            while (event !is E) event = events.receive()
            event
        }

    /** The cause of the next disconnect. */
    suspend fun nextCause(): WsDisconnectCause = next<WsLifecycleEvent.Disconnected>().cause

    /** Fails unless every coroutine of the connections, every socket to the server and what the transport keeps for it is gone. */
    suspend fun assertNothingIsLeft() {
        val port = server.url.port
        awaitUntil("no coroutine of the connection is left") { parent.children.none() }
        // Before the transport is closed, for that would also take down what a connection has forgotten.
        ClientSockets.awaitNoneTo(port)
        subject.awaitIdle()
        transport.close()
    }

    /** Cancels the scope that the connections live in. */
    fun cancelParent() {
        parent.cancel()
    }

    suspend fun tearDown() {
        parent.cancelAndJoin()
        watching.coroutineContext[Job]?.cancelAndJoin()
        transport.close()
        server.close()
    }

    companion object {
        val PATIENCE = 20.seconds
    }
}

/** Runs [block] against a fresh server, then proves that closing its connections leaves nothing. */
fun onRealSockets(
    subject: TransportUnderTest,
    options: RawWsOptions = RawWsOptions(),
    block: suspend RealSockets.() -> Unit,
) = runBlocking {
    val sockets = RealSockets(subject, options)
    try {
        sockets.block()
        sockets.assertNothingIsLeft()
    } finally {
        sockets.tearDown()
    }
}
