package io.github.belay.examples.demo

import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.install
import io.ktor.server.cio.CIO
import io.ktor.server.engine.EmbeddedServer
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.header
import io.ktor.server.response.respondText
import io.ktor.server.routing.routing
import io.ktor.server.websocket.DefaultWebSocketServerSession
import io.ktor.server.websocket.WebSockets
import io.ktor.server.websocket.webSocket
import io.ktor.websocket.CloseReason
import io.ktor.websocket.Frame
import io.ktor.websocket.close
import io.ktor.websocket.readText
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.put
import kotlin.time.Duration.Companion.milliseconds

/**
 * A market on loopback TCP: a real server that numbers the ticks of each symbol and goes on numbering whether somebody
 * listens or not. Speaks JSON: `subscribe`, `unsubscribe`, `ping` and `order`.
 */
internal class MarketServer(
    private val symbols: List<String>,
) : AutoCloseable {
    /** The newest number of each symbol, and who is told. Guarded by [market]. */
    private val newest = symbols.associateWith { 0L }.toMutableMap()
    private val listeners = HashSet<Listener>()
    private val market = Mutex()
    private val firstListener = CompletableDeferred<Unit>()

    /** While set, the upgrade is answered with 503 and asks the client to stay away for so many seconds. */
    @Volatile
    var retryAfterSeconds: Int? = null

    private val server: EmbeddedServer<*, *> =
        embeddedServer(CIO, port = 0, host = "127.0.0.1") {
            intercept(ApplicationCallPipeline.Plugins) {
                val seconds = retryAfterSeconds ?: return@intercept
                context.response.header(HttpHeaders.RetryAfter, seconds.toString())
                context.respondText("busy", status = HttpStatusCode.ServiceUnavailable)
                finish()
            }
            install(WebSockets)
            routing { webSocket("/market") { serve() } }
        }

    /** Starts, and returns the port. */
    suspend fun start(): Int {
        server.startSuspend(wait = false)
        return server.engine
            .resolvedConnectors()
            .first()
            .port
    }

    /** Lets the prices move from the first subscription on, until [scope] ends. */
    fun trade(scope: CoroutineScope) {
        scope.launch {
            firstListener.await()
            while (isActive) {
                for (symbol in symbols) tick(symbol)
                delay(TICK_EVERY)
            }
        }
    }

    /** Closes every connection with [code]. */
    suspend fun closeAll(
        code: Short,
        reason: String,
    ) = market.withLock { listeners.toList() }.forEach { it.session.close(CloseReason(code, reason)) }

    private suspend fun tick(symbol: String) =
        market.withLock {
            val number = newest.getValue(symbol) + 1
            newest[symbol] = number
            val json =
                buildJsonObject {
                    put("type", "tick")
                    put("symbol", symbol)
                    put("seq", number)
                    put("price", BASE_PRICE + number % PRICE_SPAN)
                }.toString()
            listeners.filter { symbol in it.symbols }.forEach { it.tell(json) }
        }

    private suspend fun DefaultWebSocketServerSession.serve() {
        val listener = Listener(this)
        market.withLock { listeners.add(listener) }
        val sending = launch { for (text in listener.waiting) send(Frame.Text(text)) }
        try {
            for (frame in incoming) if (frame is Frame.Text) handle(listener, frame.readText())
        } finally {
            market.withLock { listeners.remove(listener) }
            sending.cancel()
        }
    }

    private suspend fun handle(
        listener: Listener,
        text: String,
    ) = market.withLock {
        val json = Json.parseToJsonElement(text).jsonObject
        val symbol = json.text("symbol")
        when (json.text("action")) {
            "subscribe" -> {
                listener.symbols.add(symbol)
                listener.tell(reply("subscribed", symbol, "from", newest.getValue(symbol) + 1))
                firstListener.complete(Unit)
            }

            "unsubscribe" -> {
                listener.symbols.remove(symbol)
                listener.tell(reply("unsubscribed", symbol, "last", newest.getValue(symbol)))
            }

            "ping" -> {
                listener.tell("""{"type":"pong"}""")
            }

            "order" -> {
                listener.tell("""{"type":"order","id":${json.number("id")},"ok":true}""")
            }
        }
    }

    private fun reply(
        type: String,
        symbol: String,
        field: String,
        number: Long,
    ): String =
        buildJsonObject {
            put("type", type)
            put("symbol", symbol)
            put(field, number)
        }.toString()

    /** One client: what it wants, and what waits to be sent to it, in order. [symbols] is guarded by the market. */
    private class Listener(
        val session: DefaultWebSocketServerSession,
    ) {
        val symbols = HashSet<String>()
        val waiting = Channel<String>(MAX_WAITING)

        /** A client that does not take what it asked for loses its link, not the market's time. */
        fun tell(text: String) {
            if (waiting.trySend(text).isFailure) session.cancel()
        }
    }

    override fun close() {
        server.stop(gracePeriodMillis = 0, timeoutMillis = STOP_MILLIS)
    }

    private companion object {
        val TICK_EVERY = 5.milliseconds
        const val BASE_PRICE = 100
        const val PRICE_SPAN = 50
        const val STOP_MILLIS = 500L
        const val MAX_WAITING = 50_000
    }
}
