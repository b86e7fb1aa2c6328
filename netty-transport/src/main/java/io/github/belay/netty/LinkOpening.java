package io.github.belay.netty;

import io.github.belay.codec.WsHandshakeRules;
import io.github.belay.transport.WsConnectAttempt;
import io.github.belay.transport.WsConnectFailure;
import io.github.belay.transport.WsConnectRequest;
import io.github.belay.transport.WsHandshake;
import io.github.belay.transport.WsTransportListener;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens one link within one time limit: name lookup, a connection to one of the addresses, and the
 * upgrade on it. All of it happens on one event loop, which stays the link's.
 */
final class LinkOpening implements WsConnectAttempt, AddressRace.Outcome, UpgradeHandler.Outcome {
    private static final Logger log = LoggerFactory.getLogger(LinkOpening.class);

    private final NettyTransport.Parts parts;
    private final WsConnectRequest request;
    private final WsTransportListener listener;
    private final EventLoop loop;
    private final Consumer<LinkOpening> onOver;
    private final ConnectFailures failures;

    /** Set by whoever is first: the open, a failure or a cancellation. */
    private final AtomicBoolean isDecided = new AtomicBoolean();

    private volatile boolean isTransportClosed;

    /** The link, once it is open. Written by the loop. */
    private volatile @Nullable NettySession session;

    // Only the loop touches these.
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable SslContext tls;
    private @Nullable AddressRace race;

    /** The connection that the race has won, and who asks for the upgrade there. */
    private @Nullable Channel channel;

    private @Nullable UpgradeHandler upgrade;

    /** Why the last connection did not do. */
    private @Nullable WsConnectFailure lastFailure;

    /**
     * @param onOver called once, when nothing of the link is left
     */
    LinkOpening(
            NettyTransport.Parts parts,
            WsConnectRequest request,
            WsTransportListener listener,
            Consumer<LinkOpening> onOver) {
        this.parts = parts;
        this.request = request;
        this.listener = listener;
        this.loop = parts.loops().next();
        this.onOver = onOver;
        this.failures = new ConnectFailures(request);
    }

    /** Begins; the listener hears nothing before this has returned. */
    void begin() {
        onLoop(this::start);
    }

    @Override
    public void cancel() {
        if (isDecided.compareAndSet(false, true)) onLoop(this::release);
    }

    /** Gives up, or aborts the link if it is open. Safe from any thread. */
    void transportClosed() {
        isTransportClosed = true;
        NettySession open = session;
        if (open != null) open.abort();
        else onLoop(() -> fail(failures.ended()));
    }

    /** A loop that takes no more tasks has closed all of its connections. */
    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException loopEnded) {
            GlobalEventExecutor.INSTANCE.execute(() -> fail(failures.ended()));
        }
    }

    private void start() {
        if (isDecided.get()) return;
        timer =
                loop.schedule(
                        this::timeIsUp, request.getConnectTimeoutMillis(), TimeUnit.MILLISECONDS);
        NettyProxy proxy = parts.settings().proxy();
        String host = proxy == null ? request.getUrl().getHost() : proxy.host();
        parts.lookup()
                .addressesOf(host)
                .whenCompleteAsync(
                        (found, failure) -> {
                            if (failure == null) onAddresses(host, found);
                            else fail(failures.ofLookup(failure, host));
                        },
                        loop);
    }

    private void onAddresses(String host, List<InetAddress> found) {
        lastFailure = failures.noAddress(host, "");
        AddressRace runners = new AddressRace(loop, found, this::connect, this);
        if (!request.getUrl().isSecure()) {
            begin(runners);
            return;
        }
        parts.tls()
                .contextFor(request.getTls())
                .whenCompleteAsync(
                        (context, failure) -> {
                            tls = context;
                            if (failure == null) begin(runners);
                            else fail(failures.of(failure));
                        },
                        loop);
    }

    private void begin(AddressRace runners) {
        if (isDecided.get()) return;
        race = runners;
        runners.run();
    }

    private ChannelFuture connect(InetAddress address, ChannelHandler first) {
        Bootstrap socket = parts.loops().newSocket(loop);
        // The open has one time limit for everything.
        socket.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
        socket.handler(
                new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        parts.loops().tune(opened);
                        opened.pipeline().addLast(first);
                        NettyProxy proxy = parts.settings().proxy();
                        if (proxy == null) return;
                        proxy.addTo(
                                opened.pipeline(), new InetSocketAddress(address, proxy.port()));
                    }
                });
        return socket.connect(targetOf(address));
    }

    /** Where the handlers are told to connect to: a proxy's handler goes to the proxy instead. */
    private InetSocketAddress targetOf(InetAddress address) {
        int port = request.getUrl().getPort();
        if (parts.settings().proxy() == null) return new InetSocketAddress(address, port);
        return InetSocketAddress.createUnresolved(request.getUrl().getHost(), port);
    }

    @Override
    public void onConnected(Channel winner) {
        channel = winner;
        String key = WsHandshakeRules.newKey();
        UpgradeHandler asking = new UpgradeHandler(request, key, failures, this);
        upgrade = asking;
        if (tls != null) {
            boolean validates = request.getTls().getValidateCerts();
            winner.pipeline()
                    .addLast(
                            parts.tls()
                                    .newHandler(tls, winner.alloc(), request.getUrl(), validates));
        }
        winner.pipeline().addLast(UpgradeHandler.newDecoder(), asking);
    }

    @Override
    public void onNoneLeft(@Nullable Throwable lastCause) {
        if (lastCause != null) lastFailure = failures.of(lastCause);
        fail(lastFailure == null ? failures.ended() : lastFailure);
    }

    @Override
    public void onRefused(ChannelHandlerContext ctx, WsConnectFailure failure) {
        if (ctx.channel() == channel) failed(failure);
    }

    /** The connection did not do. Only where nothing answered is another address worth a try. */
    private void failed(WsConnectFailure failure) {
        closeChannel();
        lastFailure = failure;
        boolean isSilence = failure instanceof WsConnectFailure.Unreachable;
        if (isSilence && race != null && !isTransportClosed) race.run();
        else fail(failure);
    }

    @Override
    public void onGranted(ChannelHandlerContext ctx, WsHandshake handshake) {
        if (!isDecided.compareAndSet(false, true)) {
            release();
            return;
        }
        stopTimer();
        // This object stays as long as the link does; what it needed to open need not.
        race = null;
        lastFailure = null;
        ChannelPipeline pipeline = ctx.pipeline();
        NettySession opened = new NettySession(ctx.channel(), request, handshake, listener);
        session = opened;
        pipeline.addLast(opened);
        pipeline.channel().closeFuture().addListener(closed -> onOver.accept(this));
        if (isTransportClosed) opened.abort();
        upgrade = null;
        opened.begin();
        if (parts.settings().proxy() != null) pipeline.remove(ProxyHandler.class);
        pipeline.remove(ctx.handler());
        // What it has read beyond the answer goes to the session from within this call.
        pipeline.remove(HttpResponseDecoder.class);
    }

    private void timeIsUp() {
        WsConnectFailure soFar = upgrade == null ? null : upgrade.refusalSoFar();
        fail(soFar == null ? failures.timedOut() : soFar);
    }

    private void fail(WsConnectFailure failure) {
        if (!isDecided.compareAndSet(false, true)) return;
        release();
        try {
            listener.onConnectFailed(
                    isTransportClosed
                            ? new WsConnectFailure.Unreachable("the transport was closed")
                            : failure);
        } catch (Throwable bug) {
            log.error(
                    "The listener of {} failed at its last call: {}",
                    request.getUrl(),
                    Place.of(bug));
        }
    }

    private void release() {
        stopTimer();
        if (race != null) race.cancel();
        closeChannel();
        onOver.accept(this);
    }

    private void stopTimer() {
        if (timer != null) timer.cancel(false);
        timer = null;
    }

    private void closeChannel() {
        Channel given = channel;
        channel = null;
        upgrade = null;
        if (given != null) closeAtOnce(given);
    }

    /**
     * Closes the socket without the farewell of TLS, which a peer that does not read could delay.
     */
    static void closeAtOnce(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) channel.close();
        else first.close();
    }
}
