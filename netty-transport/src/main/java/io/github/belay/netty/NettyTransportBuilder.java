package io.github.belay.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What can be chosen when a {@link NettyTransport} is made. Every value is checked when it is set;
 * what does not fit together, when the transport is made. Not thread-safe.
 */
public final class NettyTransportBuilder {
    private static final int MAX_EVENT_LOOPS = 1024;

    /** What Linux allows for both times of keep-alive. */
    private static final Duration MAX_KEEP_ALIVE = Duration.ofSeconds(32_767);

    private static final Duration MAX_USER_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);

    private int eventLoops = Runtime.getRuntime().availableProcessors();
    private @Nullable IoEventLoopGroup group;
    private boolean usesNative = true;
    private @Nullable NettyProxy proxy;
    private @Nullable InetAddress sourceAddress;
    private boolean noDelay = true;
    private boolean keepAlive = true;
    private Duration keepAliveIdle = Duration.ofSeconds(30);
    private Duration keepAliveInterval = Duration.ofSeconds(10);
    private Duration tcpUserTimeout = Duration.ZERO;
    private @Nullable NameLookup nameLookup;
    private boolean usesNativeTls = true;
    private @Nullable KeyManagerFactory clientCertificates;

    NettyTransportBuilder() {}

    /**
     * Event loops, each one thread, among which the links are dealt out.
     *
     * @param eventLoops 1 to 1024; one for each processor by default
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public NettyTransportBuilder eventLoops(int eventLoops) {
        if (eventLoops < 1 || eventLoops > MAX_EVENT_LOOPS) {
            throw new IllegalArgumentException(
                    "eventLoops must be in 1.." + MAX_EVENT_LOOPS + " but was " + eventLoops);
        }
        this.eventLoops = eventLoops;
        return this;
    }

    /**
     * An event-loop group of yours in place of one of the transport's own. {@link
     * NettyTransport#close} closes the transport's links and leaves the group to you; close the
     * transport first.
     *
     * @param group for epoll or NIO
     * @return this builder
     * @throws IllegalArgumentException if it is for neither
     */
    public NettyTransportBuilder eventLoopGroup(EventLoopGroup group) {
        Objects.requireNonNull(group, "group");
        if (!(group instanceof IoEventLoopGroup loops) || !Loops.serves(loops)) {
            throw new IllegalArgumentException(
                    "eventLoopGroup must be an IoEventLoopGroup for epoll or NIO but was "
                            + group.getClass().getName());
        }
        this.group = loops;
        return this;
    }

    /**
     * Whether native epoll is used where it is present: Linux, with a jar {@code
     * netty-transport-native-epoll} for the machine on the class path. Otherwise, and without one,
     * Java's own NIO is.
     *
     * @param nativeTransport true by default
     * @return this builder
     */
    public NettyTransportBuilder nativeTransport(boolean nativeTransport) {
        this.usesNative = nativeTransport;
        return this;
    }

    /**
     * A proxy for all links.
     *
     * @param proxy none by default, whatever the JVM's {@code ProxySelector} says
     * @return this builder
     */
    public NettyTransportBuilder proxy(NettyProxy proxy) {
        this.proxy = Objects.requireNonNull(proxy, "proxy");
        return this;
    }

    /**
     * An address of this machine to connect from, with a port that the system chooses.
     *
     * @param sourceAddress chosen by the system by default. Where it does not belong to this
     *     machine, or is of another family than the server's, links do not open
     * @return this builder
     */
    public NettyTransportBuilder sourceAddress(InetAddress sourceAddress) {
        this.sourceAddress = Objects.requireNonNull(sourceAddress, "sourceAddress");
        return this;
    }

    /**
     * Whether small writes leave at once (TCP_NODELAY).
     *
     * @param noDelay true by default
     * @return this builder
     */
    public NettyTransportBuilder noDelay(boolean noDelay) {
        this.noDelay = noDelay;
        return this;
    }

    /**
     * Whether the system probes quiet connections (SO_KEEPALIVE).
     *
     * @param keepAlive true by default
     * @return this builder
     */
    public NettyTransportBuilder keepAlive(boolean keepAlive) {
        this.keepAlive = keepAlive;
        return this;
    }

    /**
     * Quiet time before the first probe of {@link #keepAlive}, where the system lets one choose.
     *
     * @param keepAliveIdle 1 to 32767 s, whole seconds; 30 s by default
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public NettyTransportBuilder keepAliveIdle(Duration keepAliveIdle) {
        this.keepAliveIdle =
                inRange("keepAliveIdle", keepAliveIdle, Duration.ofSeconds(1), MAX_KEEP_ALIVE);
        return this;
    }

    /**
     * Time between two probes of {@link #keepAlive}, where the system lets one choose.
     *
     * @param keepAliveInterval 1 to 32767 s, whole seconds; 10 s by default
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public NettyTransportBuilder keepAliveInterval(Duration keepAliveInterval) {
        this.keepAliveInterval =
                inRange(
                        "keepAliveInterval",
                        keepAliveInterval,
                        Duration.ofSeconds(1),
                        MAX_KEEP_ALIVE);
        return this;
    }

    /**
     * How long sent bytes may stay unconfirmed by the peer's system before the link fails
     * (TCP_USER_TIMEOUT). With epoll only; else the transport is not made.
     *
     * @param tcpUserTimeout 1 to 2147483647 ms; the system's default unless set
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public NettyTransportBuilder tcpUserTimeout(Duration tcpUserTimeout) {
        this.tcpUserTimeout =
                inRange("tcpUserTimeout", tcpUserTimeout, Duration.ofMillis(1), MAX_USER_TIMEOUT);
        return this;
    }

    /**
     * Finds addresses in place of the platform's name service.
     *
     * @param nameLookup may block
     * @return this builder
     */
    public NettyTransportBuilder nameLookup(NameLookup nameLookup) {
        this.nameLookup = Objects.requireNonNull(nameLookup, "nameLookup");
        return this;
    }

    /**
     * Whether TLS is OpenSSL's where that is present: with a jar {@code
     * netty-tcnative-boringssl-static} for the machine on the class path. Otherwise, and without
     * one, it is the JDK's. Both check the same and trust the same; OpenSSL takes less time, knows
     * nothing of {@code jdk.tls.disabledAlgorithms}, and cannot use keys that do not leave their
     * device.
     *
     * @param nativeTls true by default
     * @return this builder
     */
    public NettyTransportBuilder nativeTls(boolean nativeTls) {
        this.usesNativeTls = nativeTls;
        return this;
    }

    /**
     * Keys and certificates to show to a {@code wss} server that asks for them.
     *
     * @param clientCertificates initialised; none by default
     * @return this builder
     */
    public NettyTransportBuilder clientCertificates(KeyManagerFactory clientCertificates) {
        this.clientCertificates = Objects.requireNonNull(clientCertificates, "clientCertificates");
        return this;
    }

    private static Duration inRange(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    name + " must be in " + min + ".." + max + " but was " + value);
        }
        return value;
    }

    NettySettings build() {
        return new NettySettings(
                eventLoops,
                group,
                usesNative,
                proxy,
                sourceAddress,
                noDelay,
                keepAlive,
                (int) keepAliveIdle.toSeconds(),
                (int) keepAliveInterval.toSeconds(),
                (int) tcpUserTimeout.toMillis(),
                nameLookup,
                usesNativeTls,
                clientCertificates);
    }
}
