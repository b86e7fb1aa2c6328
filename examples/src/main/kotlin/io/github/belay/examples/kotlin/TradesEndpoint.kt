package io.github.belay.examples.kotlin

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.KeyedSubscriptions
import io.github.belay.subscription.WsSubscriptionProtocol
import io.github.belay.subscription.WsSubscriptionResponse
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import kotlin.time.Duration.Companion.seconds

/** One trade of one symbol. */
class Trade(
    /** What was traded. */
    val symbol: String,
    /** Grows by one with each trade of the symbol. */
    val number: Long,
) {
    override fun toString(): String = "$symbol #$number"
}

/** The protocol of the example market: subscribe to symbols, receive numbered trades, place orders. */
class TradesEndpoint : WsEndpointHandler<Trade> {
    // snippet:subscription-protocol-kotlin
    override val subscriptions = KeyedSubscriptions(Symbols, maxKeysPerMessage = 1, ackTimeout = 5.seconds)

    /** Symbols are the keys; the market wants a message for each, and names it in its answer. */
    private object Symbols : WsSubscriptionProtocol {
        override fun subscribe(
            id: Long,
            keys: List<String>,
        ): WsFrame = WsFrame.text("""{"action":"subscribe","symbol":"${keys.single()}"}""")

        override fun unsubscribe(
            id: Long,
            keys: List<String>,
        ): WsFrame = WsFrame.text("""{"action":"unsubscribe","symbol":"${keys.single()}"}""")

        override fun handleSubscriptionResponse(frame: WsFrame): WsSubscriptionResponse? {
            val json = frame.json()
            val isAnswer = json.text("type") == "subscribed" || json.text("type") == "unsubscribed"
            return if (isAnswer) WsSubscriptionResponse.acknowledged(listOf(json.text("symbol"))) else null
        }
    }
    // end:subscription-protocol-kotlin

    override fun parse(frame: WsFrame): WsParseOutcome<Trade> {
        val json = frame.json()
        if (json.text("type") != "tick") return WsParseOutcome.Continue
        return WsParseOutcome.Message(Trade(json.text("symbol"), json.getValue("seq").jsonPrimitive.long))
    }

    // snippet:request-match-kotlin
    override fun maybeRequestResponse(frame: WsFrame): Boolean = frame.json().text("type") == "order"

    override fun matchRequestResponse(frame: WsFrame): WsRequestMatch =
        WsRequestMatch.ok(
            frame
                .json()
                .getValue("id")
                .jsonPrimitive.long,
        )
    // end:request-match-kotlin
}

private fun WsFrame.json(): JsonObject = Json.parseToJsonElement(payload.decodeToString()).jsonObject

private fun JsonObject.text(name: String): String = get(name)?.jsonPrimitive?.content.orEmpty()
