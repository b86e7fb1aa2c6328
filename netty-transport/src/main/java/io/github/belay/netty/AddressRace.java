package io.github.belay.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to whichever address of a host answers first (RFC 8305 section 5). The attempts begin
 * one after the other, the next as soon as one has failed or {@value #HEAD_START_MILLIS} ms have
 * passed. The first to be connected wins, and the others are closed.
 *
 * <p>All of it happens on one event loop.
 */
final class AddressRace {
    /** Hears how the race ended, on the event loop. Nothing after {@link #cancel}. */
    interface Outcome {
        /** The one connection that there is, before any handler behind it hears that it is. */
        void onConnected(Channel winner);

        /**
         * No address is left. {@code lastCause} is null if none has failed since the last winner.
         */
        void onNoneLeft(@Nullable Throwable lastCause);
    }

    /** Begins to connect a socket whose pipeline begins with a handler. */
    @FunctionalInterface
    interface Connector {
        ChannelFuture connect(InetAddress address, ChannelHandler first);
    }

    /** The Connection Attempt Delay that RFC 8305 section 8 recommends. */
    static final int HEAD_START_MILLIS = 250;

    /** Sockets that one open may have at a time. */
    static final int MAX_ADDRESSES = 8;

    private final EventLoop loop;
    private final Connector connector;
    private final Outcome outcome;

    private final ArrayDeque<InetAddress> untried = new ArrayDeque<>();

    /** Sockets that are being connected, in the order in which they began. */
    private final Map<Channel, InetAddress> runners = new LinkedHashMap<>();

    private @Nullable ScheduledFuture<?> timer;
    private @Nullable Throwable lastCause;
    private boolean isOver;

    /**
     * @param found the first is tried first; see {@link #inTurns}
     */
    AddressRace(EventLoop loop, List<InetAddress> found, Connector connector, Outcome outcome) {
        this.loop = loop;
        this.connector = connector;
        this.outcome = outcome;
        inTurns(found).stream().limit(MAX_ADDRESSES).forEach(untried::add);
    }

    /**
     * {@code found} with the families in turns, the first one's first (RFC 8305 section 4): a
     * family that leads nowhere costs one head start and not one for each of its addresses.
     */
    static List<InetAddress> inTurns(List<InetAddress> found) {
        List<InetAddress> sorted = new ArrayList<>();
        if (found.isEmpty()) return sorted;
        Class<?> family = found.get(0).getClass();
        Iterator<InetAddress> same = found.stream().filter(family::isInstance).iterator();
        Iterator<InetAddress> other =
                found.stream().filter(it -> !family.isInstance(it)).iterator();
        while (same.hasNext() || other.hasNext()) {
            if (same.hasNext()) sorted.add(same.next());
            if (other.hasNext()) sorted.add(other.next());
        }
        return sorted;
    }

    /** Begins, or goes on with the addresses that are left when the winner did not do. */
    void run() {
        stopTimer();
        if (isOver) return;
        InetAddress address = untried.poll();
        if (address != null) attempt(address);
        else if (runners.isEmpty()) outcome.onNoneLeft(lastCause);
    }

    /** Closes what is being connected. Idempotent. */
    void cancel() {
        isOver = true;
        untried.clear();
        stopTimer();
        closeRunners();
    }

    private void attempt(InetAddress address) {
        ChannelFuture connecting = connector.connect(address, new FinishLine());
        runners.put(connecting.channel(), address);
        if (!untried.isEmpty()) {
            timer = loop.schedule(this::run, HEAD_START_MILLIS, TimeUnit.MILLISECONDS);
        }
        connecting.addListener(
                (ChannelFutureListener)
                        done -> {
                            if (!done.isSuccess()) failed(done.channel(), done.cause());
                        });
    }

    private void failed(Channel runner, Throwable cause) {
        // Those that were closed here are no longer among them.
        if (runners.remove(runner) == null) return;
        lastCause = cause;
        run();
    }

    private void won(Channel runner) {
        if (runners.remove(runner) == null) {
            LinkOpening.closeAtOnce(runner);
            return;
        }
        stopTimer();
        lastCause = null;
        // Should the winner not do, they are tried again.
        List<InetAddress> losers = List.copyOf(runners.values());
        for (int index = losers.size() - 1; index >= 0; index--)
            untried.addFirst(losers.get(index));
        closeRunners();
        outcome.onConnected(runner);
    }

    private void closeRunners() {
        List<Channel> losers = List.copyOf(runners.keySet());
        runners.clear();
        losers.forEach(LinkOpening::closeAtOnce);
    }

    private void stopTimer() {
        if (timer != null) timer.cancel(false);
        timer = null;
    }

    /** The first to hear that its socket is connected. */
    private final class FinishLine extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            won(ctx.channel());
            ctx.pipeline().remove(this);
            ctx.fireChannelActive();
        }
    }
}
