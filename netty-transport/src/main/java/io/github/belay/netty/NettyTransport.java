package io.github.belay.netty;

import io.github.belay.transport.WsConnectAttempt;
import io.github.belay.transport.WsConnectRequest;
import io.github.belay.transport.WsTransport;
import io.github.belay.transport.WsTransportListener;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * WebSocket links over Netty: its event loops, sockets, TLS and proxies, under Belay's own codec.
 *
 * <p>One instance serves any number of links, to any number of hosts, and is to be closed when no
 * longer needed. Links are dealt out to event loops, native epoll where it is present and NIO
 * otherwise; the listener of a link is called on its loop, which is also the loop that the session
 * offers. A listener that blocks, which it must not, holds up all links of its loop.
 *
 * <p>TLS is OpenSSL's where that is present and the JDK's otherwise, versions 1.3 and 1.2, with
 * chain and host name checked strictly. What this transport can and cannot do, rule by rule, is in
 * {@code docs/transports.md}.
 */
public final class NettyTransport implements WsTransport {
    private static final Logger log = LoggerFactory.getLogger(NettyTransport.class);

    /** What all links of a transport share. */
    record Parts(NettySettings settings, Loops loops, AddressLookup lookup, TlsContexts tls) {}

    private final Parts parts;

    /** Links that are opening or open. A link is taken out when nothing of it is left. */
    private final Set<LinkOpening> links = ConcurrentHashMap.newKeySet();

    private volatile boolean isClosed;

    /** A transport with the default settings. */
    public NettyTransport() {
        this(defaults -> {});
    }

    /**
     * A transport with settings of yours.
     *
     * @param configure is given a builder that has all defaults
     * @throws IllegalArgumentException if a setting cannot be honoured
     */
    public NettyTransport(Consumer<NettyTransportBuilder> configure) {
        NettyTransportBuilder builder = new NettyTransportBuilder();
        Objects.requireNonNull(configure, "configure").accept(builder);
        NettySettings settings = builder.build();
        Loops loops = Loops.of(settings);
        parts =
                new Parts(
                        settings,
                        loops,
                        new AddressLookup(settings.lookup()),
                        new TlsContexts(settings.usesNativeTls(), settings.keys()));
        log.info("Links go over {}", this);
        if (loops.missingEpoll() != null) log.debug("There is no epoll", loops.missingEpoll());
        Throwable missingOpenSsl = parts.tls().missingOpenSsl();
        if (missingOpenSsl != null) log.debug("There is no OpenSSL", missingOpenSsl);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Not honoured: an IPv6 zone.
     *
     * @throws IllegalArgumentException for what is not honoured
     */
    @Override
    public void check(WsConnectRequest request) {
        UpgradeRequest.requireHonourable(request);
    }

    /**
     * Starts to open a link; the contract is that of {@link WsTransport#connect}.
     *
     * <p>Up to 8 addresses of the host are tried, IPv6 and IPv4 in turns, each 250 ms after the one
     * before or as soon as that has failed; the first that is connected is used (RFC 8305). After
     * {@link #close} every open fails.
     *
     * @throws IllegalArgumentException for what {@link #check} refuses
     */
    @Override
    public WsConnectAttempt connect(WsConnectRequest request, WsTransportListener listener) {
        check(request);
        Objects.requireNonNull(listener, "listener");
        if (request.getUrl().isSecure() && !request.getTls().getValidateCerts()) {
            log.warn(
                    "TLS without validation: anybody on the path to {} can read and change everything",
                    request.getUrl());
        }
        LinkOpening link = new LinkOpening(parts, request, listener, links::remove);
        links.add(link);
        // However late it was closed: a closed transport opens nothing.
        if (isClosed) link.transportClosed();
        else link.begin();
        if (isClosed) link.transportClosed();
        return link;
    }

    /**
     * Aborts all links and gives up all opens, whose listeners hear of a failure. Returns at once;
     * sockets and threads are released within moments. An event-loop group of yours stays open.
     * Idempotent.
     */
    @Override
    public void close() {
        isClosed = true;
        links.forEach(LinkOpening::transportClosed);
        parts.loops().close();
        parts.lookup().close();
        parts.tls().close();
    }

    /** Names what the links go over: epoll or NIO, how many event loops, and whose TLS. */
    @Override
    public String toString() {
        return "NettyTransport(" + parts.loops() + ", " + parts.tls() + ")";
    }
}
