package io.github.belay.examples.java;

import static io.github.belay.examples.java.Recipe.got;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.belay.java.WsClient;
import io.github.belay.subscription.WsSubscriptionOutcome;
import io.github.belay.testing.MockConnection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The code that the recipe for subscriptions shows. */
class SubscriptionsRecipeTest {
    @Test
    void aKeyIsSubscribedUntilTheLastOneWhoWantsItLetsGo() throws Exception {
        try (var recipe = new Recipe();
                var trades =
                        WsClient.builder(recipe.transport(), new TradesEndpoint())
                                .url("wss://server.example/")
                                .build()) {
            got(trades.connect());
            var connection = recipe.accept();
            // snippet:subscriptions-java
            var added = trades.subscriptions().add("BTC-USD", "ETH-USD");
            added.thenAccept(
                    outcomes ->
                            outcomes.forEach(
                                    (key, outcome) -> {
                                        if (outcome instanceof WsSubscriptionOutcome.Rejected no) {
                                            System.out.println(key + ": " + no.getText());
                                        }
                                    }));

            var chart = trades.subscriptions().hold("BTC-USD"); // wanted already: nothing is sent
            trades.subscriptions().replace(List.of("ETH-USD")); // the chart holds BTC-USD
            chart.close(); // nobody is left: BTC-USD is unsubscribed
            // end:subscriptions-java
            assertEquals("subscribe BTC-USD", agree(connection));
            assertEquals("subscribe ETH-USD", agree(connection));
            assertEquals("unsubscribe BTC-USD", agree(connection));
            assertEquals(Set.of("BTC-USD", "ETH-USD"), got(added).keySet());
        }
    }

    /** Agrees to what is asked next, and says what that was. */
    private static String agree(MockConnection connection) throws Exception {
        var asked = Recipe.receiveText(connection).split("\"");
        connection.sendText("{\"type\":\"" + asked[3] + "d\",\"symbol\":\"" + asked[7] + "\"}");
        return asked[3] + " " + asked[7];
    }
}
