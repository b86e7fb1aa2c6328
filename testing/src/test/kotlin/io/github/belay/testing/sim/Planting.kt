package io.github.belay.testing.sim

import io.github.belay.WebSocketActorConfig
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration.Companion.hours

/** A connection in whose place [liar] speaks to the user. */
internal fun lying(liar: (Client) -> Client): () -> Seams =
    {
        object : Seams() {
            override fun client(client: Client): Client = liar(client)
        }
    }

/** A connection whose requests go as [ask] says. */
internal fun asking(ask: suspend (Client, WsDelegatedRequest) -> WsDelegatedOutcome): () -> Seams =
    lying { client ->
        object : Client by client {
            override suspend fun ask(request: WsDelegatedRequest): WsDelegatedOutcome = ask(client, request)
        }
    }

/** A configuration that the rules do not know of. */
internal fun configured(change: WebSocketActorConfig.Builder.() -> Unit): () -> Seams =
    {
        object : Seams() {
            override fun configure(builder: WebSocketActorConfig.Builder) = builder.change()
        }
    }

/** A server with [quirks]. */
internal fun serving(quirks: Quirks): () -> Seams =
    {
        object : Seams() {
            override val quirks: Quirks = quirks
        }
    }

/** A transport that hands the connection's listener over as [wrap] makes it. */
internal fun hearing(wrap: (WsTransportListener) -> WsTransportListener): () -> Seams =
    connecting { transport, request, listener -> transport.connect(request, wrap(listener)) }

/** A transport whose way to connect is [connect]. */
internal fun connecting(
    connect: (WsTransport, WsConnectRequest, WsTransportListener) -> WsConnectAttempt,
): () -> Seams =
    {
        object : Seams() {
            override fun transport(watched: WsTransport): WsTransport =
                object : WsTransport by watched {
                    override fun connect(
                        request: WsConnectRequest,
                        listener: WsTransportListener,
                    ): WsConnectAttempt = connect(watched, request, listener)
                }
        }
    }

/** A session as [wrap] makes it. */
internal fun driving(wrap: (WsTransportSession) -> WsTransportSession): () -> Seams =
    hearing { listener ->
        object : WsTransportListener by listener {
            override fun onOpen(session: WsTransportSession) = listener.onOpen(wrap(session))
        }
    }

/** A connection that makes a timer and forgets it. */
internal class Leaking : Seams() {
    override fun client(client: Client): Client =
        object : Client by client {
            override suspend fun connect() {
                val dispatcher = checkNotNull(currentCoroutineContext()[ContinuationInterceptor])
                CoroutineScope(dispatcher).launch(CoroutineName("forgotten")) { delay(1.hours) }
                client.connect()
            }
        }
}
