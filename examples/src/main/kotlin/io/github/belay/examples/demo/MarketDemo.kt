package io.github.belay.examples.demo

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketTimeoutException
import io.github.belay.ktor.KtorTransport
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.ProtocolPingPong
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.isActive
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import java.net.InetAddress
import java.net.InetSocketAddress
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/**
 * Keeps one Belay connection to an embedded market while its link is broken on a schedule, and accounts for every
 * sequence number in the end.
 */
internal class MarketDemo(
    private val duration: Duration,
    private val screen: Screen,
) {
    private val clock = TimeSource.Monotonic.markNow()
    private val ledger = Ledger()

    /** Symbols whose subscription the market has acknowledged as ended. */
    private val settled = MutableStateFlow(emptySet<String>())

    /** Runs; true if every number is explained, none came twice, and every order has its outcome. */
    suspend fun run(): Boolean {
        val market = MarketServer(SYMBOLS)
        val link = FaultyLink(InetSocketAddress(InetAddress.getLoopbackAddress(), market.start()))
        val transport = KtorTransport()
        val connection =
            WebSocketActor(transport, MarketEndpoint(SYMBOLS)) {
                name = "market"
                url("ws://127.0.0.1:${link.port}/market")
                reconnect = ExponentialBackoff(base = 100.milliseconds, max = 2.seconds)
                heartbeat = ProtocolPingPong(interval = 250.milliseconds, timeout = 750.milliseconds)
                connectTimeout = 2.seconds
                stabilityWindow = 1.seconds
            }
        try {
            return coroutineScope { watch(connection, market, link).also { coroutineContext.cancelChildren() } }
        } finally {
            connection.close()
            transport.close()
            link.close()
            market.close()
        }
    }

    private suspend fun CoroutineScope.watch(
        connection: WebSocketActor<MarketMessage>,
        market: MarketServer,
        link: FaultyLink,
    ): Boolean {
        val desk = Desk(connection, SYMBOLS)
        val dashboard = Dashboard(connection, ledger, desk, clock)
        launch { connection.messages.collect(::book) }
        market.trade(this)
        connection.connect()
        val orders = Job(coroutineContext[Job])
        val trading = desk.trade(CoroutineScope(coroutineContext + orders))
        val faults = launch { Faults(market, link, duration) { screen.note(dashboard.stamp(it)) }.run() }
        val view =
            launch {
                while (isActive) {
                    screen.show(dashboard::block, dashboard::line)
                    delay(REFRESH)
                }
            }
        delay(duration - clock.elapsedNow())
        faults.join()
        trading.cancelAndJoin()
        // What was placed ends by its own deadline at the latest.
        withTimeoutOrNull(SETTLE) { orders.children.toList().joinAll() }
        val closed = unsubscribe(connection)
        view.cancelAndJoin()
        if (!closed) screen.note("the market did not acknowledge the end of every subscription")
        return dashboard.summary(screen) && closed
    }

    private fun book(message: MarketMessage) {
        when (message) {
            is MarketMessage.Tick -> {
                ledger.tick(message.symbol, message.number)
            }

            is MarketMessage.Subscribed -> {
                ledger.subscribed(message.symbol, message.from)
            }

            is MarketMessage.Unsubscribed -> {
                ledger.unsubscribed(message.symbol, message.last)
                settled.update { it + message.symbol }
            }

            MarketMessage.LinkOpened -> {
                ledger.opened(clock.elapsedNow().inWholeMilliseconds)
            }

            is MarketMessage.LinkLost -> {
                ledger.lost(message.cause.toString(), clock.elapsedNow().inWholeMilliseconds)
            }
        }
    }

    /** Ends all subscriptions, so that the market says up to which number each account is owed. */
    private suspend fun unsubscribe(connection: WebSocketActor<MarketMessage>): Boolean {
        try {
            connection.awaitReady(SETTLE)
        } catch (_: WebSocketTimeoutException) {
            return false
        }
        for (symbol in SYMBOLS) {
            connection.tell(WebSocketEvent.SendMessage(MarketEndpoint.request("unsubscribe", symbol)))
        }
        return withTimeoutOrNull(SETTLE) { settled.first { it.size == SYMBOLS.size } } != null
    }

    private companion object {
        val SYMBOLS = listOf("BTC-USD", "ETH-USD", "SOL-USD", "ADA-USD")
        val REFRESH = 500.milliseconds
        val SETTLE = 5.seconds
    }
}
