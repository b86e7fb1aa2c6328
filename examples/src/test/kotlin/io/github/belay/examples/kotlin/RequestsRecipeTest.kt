package io.github.belay.examples.kotlin

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.testing.MockConnection
import io.github.belay.testing.MockServer
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.seconds

/** The code that the recipe for delegated requests shows. */
class RequestsRecipeTest {
    @Test
    fun anAnswerConfirmsIt() = recipe { _, server -> server.order { it.sendText(ANSWER) } shouldBe "confirmed" }

    @Test
    fun aLossAfterTheSendingLeavesItOpen() =
        recipe { _, server -> server.order { it.dropSocket() } shouldBe "may have arrived: look it up first" }

    /** What becomes of order 7 at a server that [answers] it so. */
    private suspend fun MockServer.order(answers: (MockConnection) -> Unit): String =
        coroutineScope {
            val trades = WebSocketActor(transport, TradesEndpoint()) { url("wss://server.example/") }
            trades.connect()
            val connection = acceptConnection()
            launch {
                connection.receive()
                answers(connection)
            }
            // snippet:requests-kotlin
            val order = WsFrame.text("""{"action":"order","id":7,"symbol":"BTC-USD"}""")
            val request = WsDelegatedRequest.confirmed(id = 7, order, timeout = 5.seconds)
            val verdict =
                when (val outcome = trades.ask(request)) {
                    is WsDelegatedOk -> "confirmed"
                    is WsDelegatedError.EndpointRejected -> "refused; stay away for ${outcome.feedback?.retryAfter}"
                    is WsDelegatedError.NotDelivered -> "never left: it is safe to ask again"
                    is WsDelegatedError.Unconfirmed -> "may have arrived: look it up first"
                    is WsDelegatedError -> "not asked: ${outcome.text}" // the id is in use, or too many are in flight
                }
            // end:requests-kotlin
            trades.close()
            verdict
        }

    private companion object {
        const val ANSWER = """{"type":"order","id":7}"""
    }
}
