package io.github.belay.examples.kotlin

import io.github.belay.WebSocketActor
import io.github.belay.WsTarget
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.Jitter
import io.github.belay.policy.WsCircuitBreaker
import io.github.belay.policy.WsCircuitBreakerConfig
import io.github.belay.transport.WsHeaders
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** The code that the recipe for reconnection shows. */
class ReconnectionRecipeTest {
    // snippet:reconnection-endpoint-kotlin
    open class QuotesEndpoint : WsEndpointHandler<String> {
        override fun parse(frame: WsFrame) = WsParseOutcome.Message(frame.payload.decodeToString())

        override fun classifyDisconnect(cause: WsDisconnectCause): WsDisconnectAction =
            when ((cause as? WsDisconnectCause.RemoteClosed)?.code) {
                CloseCode.SERVICE_RESTART -> WsDisconnectAction.IMMEDIATE_RECONNECT
                ACCOUNT_CLOSED -> WsDisconnectAction.ABORT
                else -> WsEndpointHandler.defaultAction(cause)
            }
    }
    // end:reconnection-endpoint-kotlin

    @Test
    fun comesBackWithAFreshTokenUntilTheServerSaysThatItIsOver() =
        recipe { transport, server ->
            val gaveUp = CompletableDeferred<WsDisconnectCause>()
            var tokens = 0

            fun freshToken() = "token ${++tokens}"

            class Watched : QuotesEndpoint() {
                override fun onConnectionDisconnected(
                    cause: WsDisconnectCause,
                    willReconnect: Boolean,
                ): String? {
                    if (!willReconnect) gaveUp.complete(cause)
                    return null
                }
            }
            val endpoint = Watched()
            // snippet:reconnection-kotlin
            val quotes =
                WebSocketActor(transport, endpoint) {
                    target {
                        WsTarget(
                            "wss://server.example/",
                            WsHeaders.of("Authorization", "Bearer ${freshToken()}"),
                        )
                    }
                    reconnect =
                        ExponentialBackoff(
                            100.milliseconds,
                            max = 30.seconds,
                            factor = 2.0,
                            Jitter.Full,
                            maxElapsed = 1.hours,
                        )
                    circuitBreaker =
                        WsCircuitBreaker(WsCircuitBreakerConfig(failureThreshold = 5, openTimeout = 60.seconds))
                }
            quotes.connect()
            // end:reconnection-kotlin
            server.acceptConnection().dropSocket()
            val second = server.acceptConnection()
            second.request.headers["Authorization"] shouldBe "Bearer token 2"
            second.close(ACCOUNT_CLOSED)
            gaveUp.await().shouldBeInstanceOf<WsDisconnectCause.RemoteClosed>().code shouldBe ACCOUNT_CLOSED
            quotes.close()
        }

    private companion object {
        /** A code of this server's own. */
        const val ACCOUNT_CLOSED = 4001
    }
}
