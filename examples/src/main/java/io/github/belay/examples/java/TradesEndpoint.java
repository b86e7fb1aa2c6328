package io.github.belay.examples.java;

import io.github.belay.endpoint.WsParseOutcome;
import io.github.belay.frame.WsFrame;
import io.github.belay.java.WsEndpoint;
import io.github.belay.request.WsRequestMatch;
import io.github.belay.subscription.WsSubscriptionManager;
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

    private final List<String> symbols;

    /**
     * An endpoint that subscribes to {@code symbols}.
     *
     * @param symbols what to subscribe to, on every link
     */
    public TradesEndpoint(List<String> symbols) {
        this.symbols = List.copyOf(symbols);
    }

    @Override
    public WsSubscriptionManager subscriptions() {
        return () ->
                symbols.stream()
                        .map(
                                s ->
                                        WsFrame.text(
                                                "{\"action\":\"subscribe\",\"symbol\":\""
                                                        + s
                                                        + "\"}"))
                        .toList();
    }

    @Override
    public WsParseOutcome<Trade> parse(WsFrame frame) {
        Matcher tick = TICK.matcher(frame.getPayload().decodeToString());
        if (!tick.matches()) {
            return WsParseOutcome.ignore();
        }
        return WsParseOutcome.message(new Trade(tick.group(1), Long.parseLong(tick.group(2))));
    }

    @Override
    public boolean maybeRequestResponse(WsFrame frame) {
        return ORDER.matcher(frame.getPayload().decodeToString()).matches();
    }

    @Override
    public WsRequestMatch matchRequestResponse(WsFrame frame) {
        Matcher order = ORDER.matcher(frame.getPayload().decodeToString());
        return order.matches() ? WsRequestMatch.ok(Long.parseLong(order.group(1))) : null;
    }
}
