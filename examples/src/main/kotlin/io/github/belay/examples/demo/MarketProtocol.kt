package io.github.belay.examples.demo

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.WsSubscriptionManager
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import kotlinx.serialization.json.put

/** What the market says, as its client sees it; the ends of links stand in the same stream, where they happened. */
internal sealed interface MarketMessage {
    class Tick(
        val symbol: String,
        val number: Long,
    ) : MarketMessage

    class Subscribed(
        val symbol: String,
        val from: Long,
    ) : MarketMessage

    class Unsubscribed(
        val symbol: String,
        val last: Long,
    ) : MarketMessage

    data object LinkOpened : MarketMessage

    class LinkLost(
        val cause: WsDisconnectCause,
    ) : MarketMessage
}

/** The client's side of the market protocol. */
internal class MarketEndpoint(
    symbols: List<String>,
) : WsEndpointHandler<MarketMessage> {
    override val subscriptions: WsSubscriptionManager =
        object : WsSubscriptionManager {
            override fun initialSubscriptions(): List<WsFrame> = symbols.map { request("subscribe", it) }
        }

    override fun parse(frame: WsFrame): WsParseOutcome<MarketMessage> {
        val json = frame.json()
        return when (json.text("type")) {
            "tick" -> {
                WsParseOutcome.Message(MarketMessage.Tick(json.text("symbol"), json.number("seq")))
            }

            "subscribed" -> {
                WsParseOutcome.Message(MarketMessage.Subscribed(json.text("symbol"), json.number("from")))
            }

            "unsubscribed" -> {
                WsParseOutcome.Message(
                    MarketMessage.Unsubscribed(json.text("symbol"), json.number("last")),
                )
            }

            else -> {
                WsParseOutcome.Continue
            }
        }
    }

    override fun maybeRequestResponse(frame: WsFrame): Boolean = frame.json().text("type") == "order"

    override fun matchRequestResponse(frame: WsFrame): WsRequestMatch? {
        val json = frame.json()
        val id = json.number("id")
        return if (json.getValue("ok").jsonPrimitive.boolean) {
            WsRequestMatch.ok(id)
        } else {
            WsRequestMatch.rejected(id, json.text("reason"))
        }
    }

    override fun onConnectionOpened(isReconnect: Boolean): MarketMessage = MarketMessage.LinkOpened

    override fun onConnectionDisconnected(
        cause: WsDisconnectCause,
        willReconnect: Boolean,
    ): MarketMessage = MarketMessage.LinkLost(cause)

    companion object {
        /** An [action] on [symbol]. */
        fun request(
            action: String,
            symbol: String,
        ): WsFrame =
            WsFrame.text(
                buildJsonObject {
                    put("action", action)
                    put("symbol", symbol)
                }.toString(),
            )

        /** An order with [id]. */
        fun order(
            id: Long,
            symbol: String,
        ): WsFrame =
            WsFrame.text(
                buildJsonObject {
                    put("action", "order")
                    put("id", id)
                    put("symbol", symbol)
                }.toString(),
            )
    }
}

private fun WsFrame.json(): JsonObject = Json.parseToJsonElement(payload.decodeToString()).jsonObject

/** The text of field [name]; empty when absent. */
internal fun JsonObject.text(name: String): String = (get(name) as? JsonPrimitive)?.contentOrNull.orEmpty()

/** The number in field [name]. */
internal fun JsonObject.number(name: String): Long = getValue(name).jsonPrimitive.long
