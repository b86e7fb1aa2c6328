package io.github.belay.java;

import static io.github.belay.java.Rig.assertPending;
import static io.github.belay.java.Rig.assertReceives;
import static io.github.belay.java.Rig.got;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.endpoint.WsSessionMode;
import io.github.belay.frame.WsFrame;
import io.github.belay.lifecycle.WebSocketEvent;
import io.github.belay.lifecycle.WsConnectionStatus;
import io.github.belay.policy.Jitter;
import io.github.belay.subscription.KeyedSubscriptions;
import io.github.belay.subscription.WsSubscriptionAction;
import io.github.belay.subscription.WsSubscriptionFailureAction;
import io.github.belay.subscription.WsSubscriptionManager;
import io.github.belay.subscription.WsSubscriptionOutcome;
import io.github.belay.subscription.WsSubscriptionProtocol;
import io.github.belay.subscription.WsSubscriptionResponse;
import io.github.belay.subscription.WsSubscriptionSet;
import io.github.belay.subscription.WsSubscriptionState;
import io.github.belay.testing.MockConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Subscriptions from Java: the door, the keys and a manager of one's own. */
class WsSubscriptionsTest {
    private final Rig rig = new Rig();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    /** {@code +7 a b} and {@code -8 a} go out; {@code ack 7} and {@code nack a} answer. */
    private static class Words implements WsSubscriptionProtocol {
        @Override
        public WsFrame subscribe(long id, List<String> keys) {
            return WsFrame.text("+" + id + " " + String.join(" ", keys));
        }

        @Override
        public WsFrame unsubscribe(long id, List<String> keys) {
            return WsFrame.text("-" + id + " " + String.join(" ", keys));
        }

        @Override
        public boolean maybeSubscriptionResponse(WsFrame frame) {
            return Rig.textOf(frame).contains("ack ");
        }

        @Override
        public @Nullable WsSubscriptionResponse handleSubscriptionResponse(WsFrame frame) {
            List<String> words = Arrays.asList(Rig.textOf(frame).split(" "));
            return words.get(0).equals("ack")
                    ? WsSubscriptionResponse.acknowledged(Long.parseLong(words.get(1)))
                    : WsSubscriptionResponse.rejected(words.subList(1, words.size()), "no");
        }
    }

    private static final class Keyed extends Rig.Echo {
        private final KeyedSubscriptions subscriptions;

        Keyed(Subscriptions.KeyedBuilder builder) {
            subscriptions = builder.build();
        }

        @Override
        public WsSubscriptionSet subscriptions() {
            return subscriptions;
        }
    }

    private static Keyed keyed(String... initial) {
        return new Keyed(
                Subscriptions.keyed(new Words())
                        .initial(List.of(initial))
                        .ackTimeout(Duration.ofSeconds(20)));
    }

    @Test
    void keysAreAskedForAndAcknowledged() throws Exception {
        try (var client = rig.client(keyed("a")).build()) {
            WsSubscriptions subscriptions = client.subscriptions();
            assertInstanceOf(
                    WsSubscriptionOutcome.Stored.class, got(subscriptions.add("b")).get("b"));
            MockConnection connection = rig.connected(client);
            assertReceives("+1 a b", connection);
            CompletableFuture<Map<String, WsSubscriptionOutcome>> added =
                    subscriptions.add("c", "d");
            assertReceives("+2 c d", connection);
            assertPending(added);
            connection.sendText("nack d");
            connection.sendText("ack 2");
            connection.sendText("ack 1");
            var outcomes = got(added);
            assertTrue(
                    assertInstanceOf(WsSubscriptionOutcome.Subscribed.class, outcomes.get("c"))
                            .isConfirmed());
            assertEquals(
                    "no",
                    assertInstanceOf(WsSubscriptionOutcome.Rejected.class, outcomes.get("d"))
                            .getText());
            assertEquals(WsSubscriptionState.REJECTED, subscriptions.states().get("d"));
            var removed = subscriptions.remove("c");
            assertReceives("-3 c", connection);
            connection.sendText("ack 3");
            assertInstanceOf(WsSubscriptionOutcome.Unsubscribed.class, got(removed).get("c"));
            subscriptions.replace(List.of("a", "e"));
            assertReceives("-4 b", connection);
            assertReceives("+5 e", connection);
            subscriptions.update(WsSubscriptionAction.clear());
            connection.dropSocket();
        }
    }

    @Test
    void holdersAreCounted() throws Exception {
        try (var client =
                rig.client(new Keyed(Subscriptions.keyed(new Words()).maxKeysPerMessage(1)))
                        .build()) {
            MockConnection connection = rig.connected(client);
            WsSubscriptionHold one = client.subscriptions().hold("a", "b");
            assertEquals(List.of("a", "b"), one.keys());
            assertReceives("+1 a", connection);
            assertReceives("+2 b", connection);
            got(one.outcome());
            try (WsSubscriptionHold two = client.subscriptions().hold("a")) {
                assertInstanceOf(
                        WsSubscriptionOutcome.AlreadySubscribed.class, got(two.outcome()).get("a"));
                one.close();
                assertReceives("-3 b", connection);
            }
            assertReceives("-4 a", connection);
        }
    }

    @Test
    void theSetIsReplayedOnRequestAndOnEveryLink() throws Exception {
        try (var client =
                rig.client(keyed("a"))
                        .reconnect(Reconnects.constant(Duration.ofMillis(1), Jitter.None))
                        .build()) {
            MockConnection first = rig.connected(client);
            assertReceives("+1 a", first);
            first.sendText("ack 1");
            while (client.subscriptions().states().get("a") != WsSubscriptionState.ACKED) {
                Thread.onSpinWait();
            }
            got(client.tell(WebSocketEvent.replaySubscriptions()));
            assertReceives("+2 a", first);
            first.dropSocket();
            MockConnection second = got(rig.server.acceptConnectionAsync());
            assertReceives("+3 a", second);
        }
    }

    @Test
    void aLoginCanBeAConversation() throws Exception {
        var gated =
                new Rig.Echo() {
                    @Override
                    public WsSessionMode sessionMode() {
                        return WsSessionMode.AUTH_GATED;
                    }
                };
        try (var client = rig.client(gated).gateSends(false).build()) {
            CompletableFuture<Void> connected = client.connect();
            MockConnection connection = got(rig.server.acceptConnectionAsync());
            got(client.tell(Rig.message("login")));
            assertReceives("login", connection);
            assertEquals(WsConnectionStatus.CONNECTING, client.status());
            assertFalse(connected.isDone());
            got(client.tell(WebSocketEvent.setAuthenticated(true)));
            got(connected);
        }
    }

    /** Keeps the set itself. */
    private static final class Own implements WsSubscriptionManager {
        private final TreeSet<String> keys = new TreeSet<>(List.of("a"));

        @Override
        public List<WsFrame> initialSubscriptions() {
            return keys.stream().map(key -> WsFrame.text("sub " + key)).toList();
        }

        @Override
        public List<WsFrame> updateSubscriptions(WsSubscriptionAction action) {
            var frames = new ArrayList<WsFrame>();
            if (action instanceof WsSubscriptionAction.Add add) {
                for (String key : add.getKeys()) {
                    keys.add(key);
                    frames.add(WsFrame.text("sub " + key));
                }
            }
            return frames;
        }

        @Override
        public @Nullable WsSubscriptionResponse handleSubscriptionResponse(WsFrame frame) {
            return null;
        }
    }

    @Test
    void aManagerOfOnesOwnKeepsTheSet() throws Exception {
        var endpoint =
                new Rig.Echo() {
                    @Override
                    public WsSubscriptionSet subscriptions() {
                        return new Own();
                    }
                };
        try (var client = rig.client(endpoint).build()) {
            MockConnection connection = rig.connected(client);
            assertReceives("sub a", connection);
            var added = client.subscriptions().add("b");
            assertReceives("sub b", connection);
            assertInstanceOf(WsSubscriptionOutcome.Subscribed.class, got(added).get("b"));
        }
    }

    @Test
    void withoutSubscriptionsThereIsNothingToChange() throws Exception {
        try (var client = rig.client().build()) {
            assertInstanceOf(
                    WsSubscriptionOutcome.SendFailed.class,
                    got(client.subscriptions().add("a")).get("a"));
        }
    }

    @Test
    void settingsAreCheckedWhenTheyAreBuilt() {
        var builder = Subscriptions.keyed(new Words());
        assertThrows(IllegalArgumentException.class, () -> builder.maxKeysPerMessage(0).build());
        builder.maxKeysPerMessage(1).pacing(Duration.ofMillis(5));
        builder.onRejected(WsSubscriptionFailureAction.RECONNECT);
        builder.onAckTimeout(WsSubscriptionFailureAction.RECONNECT);
        assertThrows(
                IllegalArgumentException.class, () -> builder.ackTimeout(Duration.ZERO).build());
        KeyedSubscriptions built = builder.ackTimeout(Duration.ofSeconds(1)).build();
        assertEquals(WsSubscriptionFailureAction.RECONNECT, built.getOnRejected());
        assertEquals(WsSubscriptionFailureAction.RECONNECT, built.getOnAckTimeout());
        assertThrows(IllegalArgumentException.class, () -> WsSubscriptionAction.add(List.of("")));
    }
}
