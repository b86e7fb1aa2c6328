package io.github.belay.examples.java;

import io.github.belay.endpoint.WsParseOutcome;
import io.github.belay.frame.WsFrame;
import io.github.belay.java.Subscriptions;
import io.github.belay.java.WsEndpoint;
import io.github.belay.request.WsRequestMatch;
import io.github.belay.subscription.KeyedSubscriptions;
import io.github.belay.subscription.WsSubscriptionProtocol;
import io.github.belay.subscription.WsSubscriptionResponse;
import io.github.belay.subscription.WsSubscriptionSet;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The protocol of the example market: subscribe to symbols, receive numbered trades, place orders.
 */
public final class TradesEndpoint implements WsEndpoint<Trade> {
    private static final Pattern TICK =
            Pattern.compile("\\{\"type\":\"tick\",\"symbol\":\"([^\"]+)\",\"seq\":(\\d+).*");
    private static final Pattern ORDER = Pattern.compile("\\{\"type\":\"order\",\"id\":(\\d+).*");

    private static final Pattern ANSWER =
            Pattern.compile("\\{\"type\":\"(?:un)?subscribed\",\"symbol\":\"([^\"]+)\".*");

    private final KeyedSubscriptions subscriptions =
            Subscriptions.keyed(new Symbols())
                    .maxKeysPerMessage(1)
                    .ackTimeout(Duration.ofSeconds(5))
                    .build();

    @Override
    public WsSubscriptionSet subscriptions() {
        return subscriptions;
    }

    /** Symbols are the keys; the market wants a message for each, and names it in its answer. */
    private static final class Symbols implements WsSubscriptionProtocol {
        @Override
        public WsFrame subscribe(long id, List<String> keys) {
            return request("subscribe", keys.get(0));
        }

        @Override
        public WsFrame unsubscribe(long id, List<String> keys) {
            return request("unsubscribe", keys.get(0));
        }

        private static WsFrame request(String action, String symbol) {
            return WsFrame.text("{\"action\":\"" + action + "\",\"symbol\":\"" + symbol + "\"}");
        }

        @Override
        public WsSubscriptionResponse handleSubscriptionResponse(WsFrame frame) {
            Matcher answer = ANSWER.matcher(frame.getPayload().decodeToString());
            return answer.matches()
                    ? WsSubscriptionResponse.acknowledged(List.of(answer.group(1)))
                    : null;
        }
    }

    @Override
    public WsParseOutcome<Trade> parse(WsFrame frame) {
        Matcher tick = TICK.matcher(frame.getPayload().decodeToString());
        if (!tick.matches()) {
            return WsParseOutcome.ignore();
        }
        return WsParseOutcome.message(new Trade(tick.group(1), Long.parseLong(tick.group(2))));
    }

    // snippet:request-match-java
    @Override
    public boolean maybeRequestResponse(WsFrame frame) {
        return ORDER.matcher(frame.getPayload().decodeToString()).matches();
    }

    @Override
    public WsRequestMatch matchRequestResponse(WsFrame frame) {
        Matcher order = ORDER.matcher(frame.getPayload().decodeToString());
        return order.matches() ? WsRequestMatch.ok(Long.parseLong(order.group(1))) : null;
    }
    // end:request-match-java
}
