package io.github.belay.java;

import static io.github.belay.java.Rig.got;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.belay.continuity.WsContinuityEvent;
import io.github.belay.continuity.WsSequenceBreak;
import io.github.belay.continuity.WsSequenceRecovery;
import io.github.belay.continuity.WsSequences;
import io.github.belay.endpoint.WsMessageErrorPolicy;
import io.github.belay.endpoint.WsParseOutcome;
import io.github.belay.frame.WsFrame;
import io.github.belay.frame.WsFrameKind;
import io.github.belay.frame.WsFrameView;
import io.github.belay.ingress.WsIngressAction;
import io.github.belay.ingress.WsJsonFields;
import io.github.belay.ingress.WsJsonRouter;
import io.github.belay.lifecycle.WsDisconnectCause;
import io.github.belay.lifecycle.WsLifecycleEvent;
import io.github.belay.observe.WsFrameTap;
import io.github.belay.policy.Jitter;
import io.github.belay.testing.MockConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a protocol written in Java can do about what comes in. */
class WsInboundTest {
    private final Rig rig = new Rig();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    /** "a 7" is message 7 of topic a. */
    private static final class Numbering implements WsSequences<String> {
        @Override
        public @Nullable String topicOf(String message) {
            return message.contains(" ") ? message.substring(0, message.indexOf(' ')) : null;
        }

        @Override
        public long sequenceOf(String message) {
            return Long.parseLong(message.substring(message.indexOf(' ') + 1));
        }

        @Override
        public WsSequenceRecovery onBreak(WsSequenceBreak broken) {
            return broken.isRepeat() ? WsSequenceRecovery.DROP : WsSequenceRecovery.RESUBSCRIBE;
        }

        @Override
        public WsFrame resubscription(List<String> topics) {
            return WsFrame.text("again " + topics);
        }
    }

    private static class Numbered extends Rig.Echo {
        @Override
        public WsSequences<String> sequences() {
            return new Numbering();
        }

        @Override
        public String onContinuity(WsContinuityEvent event) {
            return event instanceof WsContinuityEvent.Gap gap
                    ? "gap>" + gap.getLastSequence() + " " + gap.getCause().getKind()
                    : "restored";
        }
    }

    @Test
    void gapsAndRecoveriesAreSaidInJava() throws Exception {
        var reconnect = Reconnects.constant(Duration.ofMillis(1), Jitter.None);
        try (var client = rig.client(new Numbered()).reconnect(reconnect).build()) {
            var messages = TestSubscriber.unbounded(client.messages());
            MockConnection first = rig.connected(client);
            first.sendBurst(List.of(text("a 1"), text("a 1"), text("a 3")));
            Rig.assertReceives("again [a]", first);
            for (String expected : List.of("a 1", "gap>1 sequence_broken", "restored")) {
                assertEquals(expected, messages.next());
            }
            first.sendText("a 100");
            assertEquals("a 100", messages.next());
            first.dropSocket();
            for (String expected : List.of("gap>100 remote_closed", "restored")) {
                assertEquals(expected, messages.next());
            }
        }
    }

    @Test
    void aMessageThatFailsCanCostTheConnection() throws Exception {
        var endpoint =
                new Rig.Echo() {
                    @Override
                    public WsParseOutcome<String> parse(WsFrame frame) {
                        throw new IllegalStateException("nonsense");
                    }
                };
        try (var client = rig.client(endpoint).messageErrors(WsMessageErrorPolicy.CLOSE).build()) {
            var events = TestSubscriber.unbounded(client.lifecycle());
            rig.connected(client).sendText("x");
            WsLifecycleEvent event = events.next();
            while (!(event instanceof WsLifecycleEvent.Closed)) {
                event = events.next();
            }
            var cause =
                    assertInstanceOf(
                            WsDisconnectCause.InternalError.class,
                            ((WsLifecycleEvent.Closed) event).getCause());
            assertEquals("parse", cause.getContext());
        }
    }

    @Test
    void inlineTheHandlerRunsOnTheTurnAndMayCloseItsClient() throws Exception {
        var closing = new CompletableFuture<WsClient<String>>();
        var endpoint =
                new Rig.Echo() {
                    @Override
                    public void handleMessage(String message) {
                        closing.join().close();
                    }
                };
        var unused = Rig.daemons("unused", 1);
        try (var client = rig.client(endpoint).executor(unused).inlineDelivery(true).build()) {
            var end = TestSubscriber.unbounded(client.messages()).end;
            closing.complete(client);
            rig.connected(client).sendText("x");
            got(end);
        }
        unused.shutdown();
    }

    @Test
    void messagesAreRoutedByAFieldAndReadInPart() throws Exception {
        WsJsonRouter<String> router =
                WsJsonRouter.<String>by("e")
                        .ignore("heartbeat")
                        .full("depth")
                        .partial(
                                "trade",
                                new WsJsonFields("s", "data.p"),
                                fields ->
                                        WsIngressAction.emit(
                                                fields.symbolAt(0)
                                                        + " at "
                                                        + fields.doubleAt(1, 0)))
                        .build();
        try (var client = rig.client().ingress(router).build()) {
            var messages = TestSubscriber.unbounded(client.messages());
            MockConnection connection = rig.connected(client);
            connection.sendText("{\"e\":\"heartbeat\"}");
            connection.sendText("{\"e\":\"trade\",\"s\":\"BTC\",\"data\":{\"p\":\"2.5\"}}");
            connection.sendText("{\"e\":\"depth\"}");
            assertEquals("BTC at 2.5", messages.next());
            assertEquals("{\"e\":\"depth\"}", messages.next());
        }
    }

    @Test
    void aTapSeesWhatComesAndGoes() throws Exception {
        var seen = new LinkedBlockingQueue<String>();
        var tap =
                new WsFrameTap() {
                    @Override
                    public void onInbound(WsFrameView frame) {
                        if (frame.getKind() == WsFrameKind.TEXT) {
                            seen.add("in " + frame.decodeToString());
                        }
                    }

                    @Override
                    public void onOutbound(WsFrame frame) {
                        if (frame.getKind() == WsFrameKind.TEXT) {
                            seen.add("out " + Rig.textOf(frame));
                        }
                    }
                };
        try (var client = rig.client().frameTap(tap).build()) {
            MockConnection connection = rig.connected(client);
            got(client.tell(Rig.message("question")));
            connection.sendText("answer");
            assertEquals("out question", seen.poll(10, TimeUnit.SECONDS));
            assertEquals("in answer", seen.poll(10, TimeUnit.SECONDS));
        }
    }

    private static WsFrame text(String text) {
        return WsFrame.text(text);
    }
}
