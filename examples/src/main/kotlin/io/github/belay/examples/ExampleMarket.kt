package io.github.belay.examples

import io.github.belay.examples.demo.MarketServer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.runBlocking

/** A market on loopback for the examples; its trades start with the first subscription. */
class ExampleMarket private constructor(
    private val server: MarketServer,
    /** Where it is. */
    val address: String,
) : AutoCloseable {
    private val scope = CoroutineScope(Dispatchers.Default)

    init {
        server.trade(scope)
    }

    override fun close() {
        scope.cancel()
        server.close()
    }

    companion object {
        /** Starts a market. */
        @JvmStatic
        fun start(): ExampleMarket {
            val server = MarketServer(listOf("BTC-USD", "ETH-USD"))
            val port = runBlocking { server.start() }
            return ExampleMarket(server, "ws://127.0.0.1:$port/market")
        }
    }
}
