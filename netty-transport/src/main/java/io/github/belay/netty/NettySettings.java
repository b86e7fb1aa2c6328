package io.github.belay.netty;

import io.netty.channel.IoEventLoopGroup;
import java.net.InetAddress;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link NettyTransportBuilder} has collected and checked. Immutable.
 *
 * @param eventLoops threads of a group of the transport's own
 * @param group the user's; null for one of the transport's own
 * @param usesNative whether epoll is taken where there is one
 * @param proxy null for none
 * @param sourceAddress null for what the system chooses
 * @param noDelay TCP_NODELAY
 * @param keepAlive SO_KEEPALIVE
 * @param keepAliveIdleSeconds quiet time before the first probe
 * @param keepAliveIntervalSeconds time between probes
 * @param tcpUserTimeoutMillis 0 for the system's default
 * @param lookup null for the platform's name service
 * @param usesNativeTls whether OpenSSL is taken where there is one
 * @param keys client certificates; null for none
 */
record NettySettings(
        int eventLoops,
        @Nullable IoEventLoopGroup group,
        boolean usesNative,
        @Nullable NettyProxy proxy,
        @Nullable InetAddress sourceAddress,
        boolean noDelay,
        boolean keepAlive,
        int keepAliveIdleSeconds,
        int keepAliveIntervalSeconds,
        int tcpUserTimeoutMillis,
        @Nullable NameLookup lookup,
        boolean usesNativeTls,
        @Nullable KeyManagerFactory keys) {}
