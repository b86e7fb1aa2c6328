package io.github.belay.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** The event loops of one transport, and sockets that fit them. */
final class Loops {
    /**
     * What one read takes at most. The buffer comes from a pool that the event loop keeps and goes
     * back to it before the next read, so a quiet link holds none.
     */
    private static final int READ_BYTES = 256 * 1024;

    private final NettySettings settings;
    private final IoEventLoopGroup group;
    private final boolean isEpoll;

    private Loops(NettySettings settings, IoEventLoopGroup group) {
        this.settings = settings;
        this.group = group;
        this.isEpoll = group.isIoType(EpollIoHandler.class);
    }

    static boolean serves(IoEventLoopGroup group) {
        return group.isIoType(EpollIoHandler.class) || group.isIoType(NioIoHandler.class);
    }

    /** The user's loops, or new ones. Throws if a setting needs epoll and there is none. */
    static Loops of(NettySettings settings) {
        IoEventLoopGroup given = settings.group();
        boolean isEpoll =
                given == null
                        ? settings.usesNative() && Epoll.isAvailable()
                        : given.isIoType(EpollIoHandler.class);
        if (settings.tcpUserTimeoutMillis() > 0 && !isEpoll) {
            throw new IllegalArgumentException(
                    "tcpUserTimeout must not be set without epoll: NIO cannot honour it");
        }
        return new Loops(settings, given == null ? newGroup(settings, isEpoll) : given);
    }

    private static IoEventLoopGroup newGroup(NettySettings settings, boolean isEpoll) {
        return new MultiThreadIoEventLoopGroup(
                settings.eventLoops(),
                new DefaultThreadFactory("belay-netty", true),
                isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    EventLoop next() {
        return group.next();
    }

    /** A socket to be connected on {@code loop}, all settings applied. */
    Bootstrap newSocket(EventLoop loop) {
        Bootstrap socket = new Bootstrap().group(loop).disableResolver();
        // One read, then its completion: what is answered leaves before the next read.
        RecvByteBufAllocator reads =
                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1);
        socket.option(ChannelOption.RECVBUF_ALLOCATOR, reads);
        // A failed write does not end the link at once: a Close frame may wait to be read.
        socket.option(ChannelOption.AUTO_CLOSE, false);
        socket.option(ChannelOption.TCP_NODELAY, settings.noDelay());
        socket.option(ChannelOption.SO_KEEPALIVE, settings.keepAlive());
        if (settings.sourceAddress() != null) {
            socket.localAddress(new InetSocketAddress(settings.sourceAddress(), 0));
        }
        return socket.channel(isEpoll ? EpollSocketChannel.class : NioSocketChannel.class);
    }

    /** Sets what not every system knows; one that does not is left as it is. */
    void tune(Channel socket) {
        ChannelConfig config = socket.config();
        int idle = settings.keepAliveIdleSeconds();
        int interval = settings.keepAliveIntervalSeconds();
        if (isEpoll) {
            config.setOption(EpollChannelOption.TCP_KEEPIDLE, idle);
            config.setOption(EpollChannelOption.TCP_KEEPINTVL, interval);
            if (settings.tcpUserTimeoutMillis() > 0) {
                config.setOption(
                        EpollChannelOption.TCP_USER_TIMEOUT, settings.tcpUserTimeoutMillis());
            }
        } else {
            config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), idle);
            config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), interval);
        }
    }

    /** Gives the threads back within moments, if they are the transport's own. */
    void close() {
        if (settings.group() == null) group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Why there is no epoll although it was wanted; null if there is, or was not wanted. */
    @Nullable Throwable missingEpoll() {
        boolean isMissed = settings.group() == null && settings.usesNative() && !isEpoll;
        return isMissed ? Epoll.unavailabilityCause() : null;
    }

    @Override
    public String toString() {
        String loops = settings.group() == null ? settings.eventLoops() + " event loops" : "shared";
        return (isEpoll ? "epoll" : "nio") + ", " + loops;
    }
}
