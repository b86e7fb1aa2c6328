package io.github.belay.examples.kotlin

import io.github.belay.WebSocketActor
import io.github.belay.examples.ExampleMarket
import io.github.belay.frame.WsFrame
import io.github.belay.ktor.KtorTransport
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedRequest
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.runBlocking
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Receives three trades from the market at [address], places an order, says hello and leaves. */
suspend fun trades(address: String) {
    // snippet:kotlin
    val transport = KtorTransport()
    val trades =
        WebSocketActor(transport, TradesEndpoint()) {
            url(address)
            reconnect = ExponentialBackoff(base = 100.milliseconds, max = 30.seconds)
            heartbeat = ProtocolPingPong(interval = 20.seconds, timeout = 10.seconds)
        }
    trades.connect()
    trades.subscriptions.add("BTC-USD")
    trades.messages.take(3).collect { trade -> println(trade) }

    val order = WsFrame.text("""{"action":"order","id":7,"symbol":"BTC-USD"}""")
    val outcome = trades.ask(WsDelegatedRequest.confirmed(id = 7, order, timeout = 5.seconds))
    println(if (outcome is WsDelegatedOk) "order 7 confirmed" else "order 7 failed: $outcome")

    val told = trades.tell(WebSocketEvent.sendMessage(WsFrame.text("""{"action":"ping"}""")))
    println("ping: ${told.await()}")
    trades.close()
    // end:kotlin
    transport.close()
}

/** Runs the example against a market of its own. */
fun main() {
    ExampleMarket.start().use { market -> runBlocking { trades(market.address) } }
}

// prints:
// BTC-USD #1
// BTC-USD #2
// BTC-USD #3
// order 7 confirmed
// ping: Done
