package io.github.belay.examples.java;

import io.github.belay.examples.ExampleMarket;
import io.github.belay.frame.WsFrame;
import io.github.belay.java.Heartbeats;
import io.github.belay.java.Reconnects;
import io.github.belay.java.WsClient;
import io.github.belay.ktor.KtorTransports;
import io.github.belay.lifecycle.WebSocketEvent;
import io.github.belay.request.WsDelegatedOk;
import io.github.belay.request.WsDelegatedRequest;
import io.github.belay.transport.WsTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Receives three trades from a market, places an order, says hello and leaves. */
public final class Trades {
    private Trades() {}

    /**
     * Runs the example against the market at {@code address}.
     *
     * @param address where the market is
     * @throws InterruptedException if interrupted while it waits for trades
     */
    public static void trades(String address) throws InterruptedException {
        // snippet:java
        try (WsTransport transport = KtorTransports.create();
                WsClient<Trade> trades =
                        WsClient.builder(transport, new TradesEndpoint())
                                .url(address)
                                .reconnect(
                                        Reconnects.exponentialBackoff(
                                                Duration.ofMillis(100), Duration.ofSeconds(30)))
                                .heartbeat(
                                        Heartbeats.protocol(
                                                Duration.ofSeconds(20), Duration.ofSeconds(10)))
                                .build()) {
            trades.connect().join();
            trades.subscriptions().add("BTC-USD");
            CountDownLatch three = new CountDownLatch(3);
            trades.onMessage(
                    Runnable::run,
                    trade -> {
                        if (three.getCount() > 0) System.out.println(trade);
                        three.countDown();
                    });
            three.await();

            WsFrame order = WsFrame.text("{\"action\":\"order\",\"id\":7,\"symbol\":\"BTC-USD\"}");
            WsDelegatedOk ok =
                    trades.ask(WsDelegatedRequest.confirmed(7, order, Duration.ofSeconds(5)))
                            .join();
            System.out.println("order " + ok.getId() + " confirmed");

            WsFrame ping = WsFrame.text("{\"action\":\"ping\"}");
            CompletableFuture<Void> told = trades.tell(WebSocketEvent.sendMessage(ping));
            told.join();
            System.out.println("ping: Done");
        }
        // end:java
    }

    /**
     * Runs the example against a market of its own.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        try (ExampleMarket market = ExampleMarket.start()) {
            trades(market.getAddress());
        }
    }
}

// prints:
// BTC-USD #1
// BTC-USD #2
// BTC-USD #3
// order 7 confirmed
// ping: Done
