package io.github.belay.testing.sim

import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.subscription.WsSubscriptionHold
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptions
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CompletableDeferred

/** The proof that the rule about subscriptions can be broken. */
class PlantedSubscriptionFaultsSpec :
    FunSpec({
        test(
            "a change that is forgotten, a key that is asked for twice and one that is never let go break SUBSCRIPTIONS",
        ) {
            fun subscribing(subscriptions: (Client) -> WsSubscriptions) =
                lying { client ->
                    object : Client by client {
                        override val subscriptions = subscriptions(client)
                    }
                }
            val forgetful =
                subscribing { client ->
                    object : WsSubscriptions by client.subscriptions {
                        override fun add(vararg keys: String) =
                            CompletableDeferred(keys.associateWith { WsSubscriptionOutcome.Stored })
                    }
                }
            val insistent =
                subscribing { client ->
                    object : WsSubscriptions by client.subscriptions {
                        override fun add(vararg keys: String) =
                            client.subscriptions.add(*keys).also { client.tell(WebSocketEvent.ReplaySubscriptions) }
                    }
                }
            val clinging =
                subscribing { client ->
                    object : WsSubscriptions by client.subscriptions {
                        override fun hold(vararg keys: String): WsSubscriptionHold {
                            val hold = client.subscriptions.hold(*keys)
                            return object : WsSubscriptionHold by hold {
                                override fun close() = Unit
                            }
                        }
                    }
                }
            for (fault in listOf(forgetful, insistent, clinging)) {
                shouldTurnRed(Invariant.SUBSCRIPTIONS, Ending.CLOSE, fault)
            }
        }
    })
