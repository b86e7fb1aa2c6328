package io.github.belay.examples.kotlin

import io.github.belay.WebSocketActor
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.testing.MockConnection
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import org.junit.jupiter.api.Test

/** The code that the recipe for subscriptions shows. */
class SubscriptionsRecipeTest {
    @Test
    fun aKeyIsSubscribedUntilTheLastOneWhoWantsItLetsGo() =
        recipe { transport, server ->
            val trades = WebSocketActor(transport, TradesEndpoint()) { url("wss://server.example/") }
            trades.connect()
            val connection = server.acceptConnection()
            val asked = async { List(3) { connection.agree() } }
            // snippet:subscriptions-kotlin
            val outcomes = trades.subscriptions.add("BTC-USD", "ETH-USD").await()
            for ((key, outcome) in outcomes) {
                if (outcome is WsSubscriptionOutcome.Rejected) println("$key is refused: ${outcome.text}")
            }

            val chart = trades.subscriptions.hold("BTC-USD") // subscribed already: nothing is sent
            trades.subscriptions.replace(listOf("ETH-USD")) // the chart still holds BTC-USD: nothing is sent
            chart.close() // nobody is left: BTC-USD is unsubscribed
            // end:subscriptions-kotlin
            outcomes.keys shouldContainExactly setOf("BTC-USD", "ETH-USD")
            outcomes.values.forEach { it.shouldBeInstanceOf<WsSubscriptionOutcome.Subscribed>() }
            asked.await() shouldContainExactly listOf("subscribe BTC-USD", "subscribe ETH-USD", "unsubscribe BTC-USD")
            trades.close()
        }

    /** Agrees to what is asked next, and says what that was. */
    private suspend fun MockConnection.agree(): String {
        val asked = checkNotNull(ASKED.matchEntire(receiveText()))
        val (action, symbol) = asked.destructured
        sendText("""{"type":"${action}d","symbol":"$symbol"}""")
        return "$action $symbol"
    }

    private companion object {
        val ASKED = Regex("""\{"action":"(\w+)","symbol":"([^"]+)"}""")
    }
}
