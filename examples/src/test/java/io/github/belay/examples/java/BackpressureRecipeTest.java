package io.github.belay.examples.java;

import static io.github.belay.examples.java.Recipe.receiveText;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.belay.frame.CloseCode;
import io.github.belay.frame.WsFrame;
import io.github.belay.java.WsClient;
import io.github.belay.lifecycle.WebSocketEvent;
import io.github.belay.outbound.WsOfflinePolicy;
import io.github.belay.outbound.WsOverflow;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code that the recipe for backpressure shows. */
class BackpressureRecipeTest {
    @Test
    void everythingThatIsSentLeavesBeforeTheClose() throws Exception {
        var order = WsFrame.text("order");
        var quote = WsFrame.text("quote");
        var bid = WsFrame.text("bid");
        var offer = WsFrame.text("offer");
        try (var recipe = new Recipe()) {
            var transport = recipe.transport();
            // snippet:backpressure-java
            var desk =
                    WsClient.builder(transport)
                            .url("wss://server.example/")
                            .outboundCapacity(100)
                            .maxQueuedBytes(1L << 20)
                            .overflow(WsOverflow.BLOCK)
                            .offline(WsOfflinePolicy.KEEP)
                            .inboundCapacity(256)
                            .build();
            desk.connect().join();
            var sent = desk.send(new WebSocketEvent.SendMessage(order)); // blocks while it is full
            sent.join(); // throws with a WsTellException as its cause if the order did not leave

            desk.tell(WebSocketEvent.sendMessage(quote, 500)); // not sent when it is older, in ms
            desk.tell(WebSocketEvent.sendBatch(List.of(bid, offer))); // both or neither
            desk.closeAsync(CloseCode.NORMAL, "", Duration.ofSeconds(2))
                    .join(); // lets out what waits
            // end:backpressure-java
            var connection = recipe.accept();
            assertEquals("order", receiveText(connection));
            assertEquals("quote", receiveText(connection));
            assertEquals("bid", receiveText(connection));
            assertEquals("offer", receiveText(connection));
        }
    }
}
