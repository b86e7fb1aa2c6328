package io.github.belay.testing

import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import kotlinx.coroutines.currentCoroutineContext
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext

/**
 * A transport without sockets, whose other end is a [MockServer].
 *
 * Keeps the transport contract to the letter and lends frames the hard way: what is borrowed is overwritten and throws
 * after the call. The time limit of a request counts in the server's time. A listener is called from one coroutine for
 * each link, never from within [connect] or a function of the session.
 */
public class MockTransport internal constructor(
    private val server: MockServer,
) : WsTransport {
    override fun connect(
        request: WsConnectRequest,
        listener: WsTransportListener,
    ): WsConnectAttempt = server.connect(request, listener)

    /** Aborts open links; attempts under way and later ones fail as unreachable. */
    override fun close() {
        server.close()
    }

    /** Makes transports together with their servers. */
    public companion object {
        /**
         * A transport and its server, which run on the dispatcher of the calling coroutine and so in its time. They are
         * not its children: a test does not wait for connections that it left open.
         */
        public suspend fun channelPair(limits: MockLimits = MockLimits()): Pair<MockTransport, MockServer> {
            val dispatcher =
                checkNotNull(currentCoroutineContext()[ContinuationInterceptor]) { "no dispatcher to run on" }
            return channelPair(dispatcher, limits)
        }

        /** A transport and its server, which run in [context]; its rules are those of [MockServer]. */
        @JvmStatic
        @JvmOverloads
        public fun channelPair(
            context: CoroutineContext,
            limits: MockLimits = MockLimits(),
        ): Pair<MockTransport, MockServer> = MockServer(context, limits).let { it.transport to it }
    }
}
