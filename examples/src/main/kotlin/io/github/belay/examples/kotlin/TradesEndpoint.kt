package io.github.belay.examples.kotlin

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.WsSubscriptionManager
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long

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
class TradesEndpoint(
    private val symbols: List<String>,
) : WsEndpointHandler<Trade> {
    override val subscriptions: WsSubscriptionManager =
        object : WsSubscriptionManager {
            override fun initialSubscriptions(): List<WsFrame> =
                symbols.map { WsFrame.text("""{"action":"subscribe","symbol":"$it"}""") }
        }

    override fun parse(frame: WsFrame): WsParseOutcome<Trade> {
        val json = frame.json()
        if (json.text("type") != "tick") return WsParseOutcome.Continue
        return WsParseOutcome.Message(Trade(json.text("symbol"), json.getValue("seq").jsonPrimitive.long))
    }

    override fun maybeRequestResponse(frame: WsFrame): Boolean = frame.json().text("type") == "order"

    override fun matchRequestResponse(frame: WsFrame): WsRequestMatch =
        WsRequestMatch.ok(
            frame
                .json()
                .getValue("id")
                .jsonPrimitive.long,
        )

    private fun WsFrame.json(): JsonObject = Json.parseToJsonElement(payload.decodeToString()).jsonObject

    private fun JsonObject.text(name: String): String = get(name)?.jsonPrimitive?.content.orEmpty()
}
