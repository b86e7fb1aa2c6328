package io.github.belay.examples.java;

import static io.github.belay.examples.java.Recipe.got;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.belay.frame.WsFrame;
import io.github.belay.java.WsClient;
import io.github.belay.java.WsDelegatedException;
import io.github.belay.request.WsDelegatedError;
import io.github.belay.request.WsDelegatedRequest;
import io.github.belay.testing.MockConnection;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The code that the recipe for delegated requests shows. */
class RequestsRecipeTest {
    @Test
    void anAnswerConfirmsIt() throws Exception {
        assertEquals(
                "confirmed",
                order(connection -> connection.sendText("{\"type\":\"order\",\"id\":7}")));
    }

    @Test
    void aLossAfterTheSendingLeavesItOpen() throws Exception {
        assertEquals("may have arrived: look it up first", order(MockConnection::dropSocket));
    }

    /** What becomes of order 7 at a server that answers it so. */
    private static String order(Consumer<MockConnection> answer) throws Exception {
        try (var recipe = new Recipe();
                var trades =
                        WsClient.builder(recipe.transport(), new TradesEndpoint())
                                .url("wss://server.example/")
                                .build()) {
            got(trades.connect());
            var connection = recipe.accept();
            // snippet:requests-java
            var order = WsFrame.text("{\"action\":\"order\",\"id\":7,\"symbol\":\"BTC-USD\"}");
            var request = WsDelegatedRequest.confirmed(7, order, Duration.ofSeconds(5));
            var verdict =
                    trades.ask(request)
                            .handle((ok, failure) -> ok != null ? "confirmed" : verdict(failure));
            // end:requests-java
            got(connection.receiveAsync());
            answer.accept(connection);
            return got(verdict);
        }
    }

    // snippet:requests-verdict-java
    static String verdict(Throwable failure) {
        if (!(failure instanceof WsDelegatedException refused)) return "not asked: " + failure;
        WsDelegatedError error = refused.error();
        if (error instanceof WsDelegatedError.EndpointRejected) return "refused: " + error;
        if (error instanceof WsDelegatedError.NotDelivered)
            return "never left: it is safe to ask again";
        if (error instanceof WsDelegatedError.Unconfirmed)
            return "may have arrived: look it up first";
        return "not asked: " + error; // the id is in use, or too many are in flight
    }
    // end:requests-verdict-java
}
