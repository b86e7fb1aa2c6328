package io.github.belay.examples.kotlin

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.outbound.WsOfflinePolicy
import io.github.belay.outbound.WsOverflow
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** The code that the recipe for backpressure shows. */
class BackpressureRecipeTest {
    @Test
    fun everythingThatIsSentLeavesBeforeTheClose() =
        recipe { transport, server ->
            val order = WsFrame.text("order")
            val quote = WsFrame.text("quote")
            val bid = WsFrame.text("bid")
            val offer = WsFrame.text("offer")
            // snippet:backpressure-kotlin
            val desk =
                WebSocketActor(transport) {
                    url("wss://server.example/")
                    outboundCapacity = 100
                    maxQueuedBytes = 1L shl 20
                    overflow = WsOverflow.BLOCK
                    offline = WsOfflinePolicy.KEEP
                    inboundCapacity = 256 // received and not taken; then reading stops
                }
            desk.connect()
            val sent = desk.send(WebSocketEvent.SendMessage(order)) // suspends while the queue is full
            if (sent.await() !is TellOutcome.Done) println("the order did not leave")

            desk.tell(WebSocketEvent.SendMessage(quote, timeToLive = 500.milliseconds)) // not sent when it is older
            desk.tell(WebSocketEvent.SendBatch(listOf(bid, offer))) // both or neither, and nothing between them
            desk.close(drain = 2.seconds) // takes no more, and lets out what waits
            // end:backpressure-kotlin
            sent.await() shouldBe TellOutcome.Done
            val connection = server.acceptConnection()
            List(4) { connection.receive() } shouldContainExactly listOf(order, quote, bid, offer)
        }
}
