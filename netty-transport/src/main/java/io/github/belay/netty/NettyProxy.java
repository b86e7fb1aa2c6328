package io.github.belay.netty;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks4ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A proxy between the transport and all of its servers, which also looks up the servers' names.
 * Immutable. Credentials are in no {@code toString} and in no message.
 */
public final class NettyProxy {
    private static final int DEFAULT_PORT = 1080;
    private static final int MAX_PORT = 65_535;

    /** What is spoken with the proxy. */
    private enum Kind {
        HTTP,
        SOCKS4,
        SOCKS5
    }

    private final Kind kind;
    private final String host;
    private final int port;
    private final @Nullable String user;
    private final @Nullable String password;

    private NettyProxy(
            Kind kind, String host, int port, @Nullable String user, @Nullable String password) {
        this.kind = kind;
        this.host = host;
        this.port = port;
        this.user = user;
        this.password = password;
    }

    private static NettyProxy of(Kind kind, String host, int port) {
        if (Objects.requireNonNull(host, "host").isBlank()) {
            throw new IllegalArgumentException("proxy host must not be blank");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "proxy port must be in 1.." + MAX_PORT + " but was " + port);
        }
        return new NettyProxy(kind, host, port, null, null);
    }

    /**
     * An HTTP proxy, which is asked for a tunnel (CONNECT) for {@code ws} and {@code wss} alike.
     *
     * @param host name or IP address of the proxy
     * @param port 1 to 65535
     * @return the proxy
     * @throws IllegalArgumentException if the host is blank or the port is out of range
     */
    public static NettyProxy http(String host, int port) {
        return of(Kind.HTTP, host, port);
    }

    /**
     * A SOCKS4a proxy.
     *
     * @param host name or IP address of the proxy
     * @param port 1 to 65535
     * @return the proxy
     * @throws IllegalArgumentException if the host is blank or the port is out of range
     */
    public static NettyProxy socks4(String host, int port) {
        return of(Kind.SOCKS4, host, port);
    }

    /**
     * A SOCKS5 proxy (RFC 1928).
     *
     * @param host name or IP address of the proxy
     * @param port 1 to 65535
     * @return the proxy
     * @throws IllegalArgumentException if the host is blank or the port is out of range
     */
    public static NettyProxy socks5(String host, int port) {
        return of(Kind.SOCKS5, host, port);
    }

    /**
     * Reads a proxy as environment variables and configuration files write it, such as {@code
     * socks5://user:password@proxy.example:1080}.
     *
     * @param address scheme {@code http}, {@code socks4}, {@code socks4a}, {@code socks5} or {@code
     *     socks5h}, a host, a port (1080 unless given), credentials percent-encoded where needed
     * @return the proxy
     * @throws IllegalArgumentException naming the rule and never the input, if it is none of these
     */
    public static NettyProxy parse(String address) {
        URI uri = wellFormed(Objects.requireNonNull(address, "address"));
        String host = uri.getHost();
        if (host == null) throw new IllegalArgumentException("proxy must name a host");
        String path = uri.getRawPath();
        boolean hasMore = uri.getRawQuery() != null || uri.getRawFragment() != null;
        if (hasMore || (path != null && !path.isEmpty() && !path.equals("/"))) {
            throw new IllegalArgumentException("proxy must have no path, query or fragment");
        }
        NettyProxy proxy =
                of(
                        kindOf(uri.getScheme()),
                        host.replaceAll("[\\[\\]]", ""),
                        uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort());
        String credentials = uri.getUserInfo();
        if (credentials == null) return proxy;
        int colon = credentials.indexOf(':');
        if (colon < 0) return proxy.withCredentials(credentials, "");
        return proxy.withCredentials(
                credentials.substring(0, colon), credentials.substring(colon + 1));
    }

    private static URI wellFormed(String address) {
        try {
            return new URI(address);
        } catch (URISyntaxException malformed) {
            // Not as a cause: it repeats the address, and with it the password.
            throw new IllegalArgumentException("proxy must be a well-formed address but is not");
        }
    }

    private static Kind kindOf(@Nullable String scheme) {
        return switch (scheme == null ? "" : scheme.toLowerCase(Locale.ROOT)) {
            case "http" -> Kind.HTTP;
            case "socks4", "socks4a" -> Kind.SOCKS4;
            case "socks5", "socks5h" -> Kind.SOCKS5;
            default ->
                    throw new IllegalArgumentException(
                            "proxy scheme must be http, socks4, socks4a, socks5 or socks5h");
        };
    }

    /**
     * This proxy with credentials: Basic for HTTP (RFC 7617), user and password for SOCKS5 (RFC
     * 1929), the user alone for SOCKS4.
     *
     * @param user not empty
     * @param password may be empty
     * @return another proxy
     * @throws IllegalArgumentException if the user is empty, or a password is given for SOCKS4
     */
    public NettyProxy withCredentials(String user, String password) {
        Objects.requireNonNull(password, "password");
        if (Objects.requireNonNull(user, "user").isEmpty()) {
            throw new IllegalArgumentException("proxy user must not be empty");
        }
        if (kind == Kind.SOCKS4 && !password.isEmpty()) {
            throw new IllegalArgumentException("proxy password must be empty: SOCKS4 has none");
        }
        return new NettyProxy(kind, host, port, user, password);
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** Makes {@code pipeline} connect through this proxy at one of its addresses. */
    void addTo(ChannelPipeline pipeline, InetSocketAddress address) {
        ProxyHandler handler = newHandler(address);
        // The open has one time limit for everything.
        handler.setConnectTimeoutMillis(0);
        if (kind == Kind.HTTP) {
            ProxyAnswerLimit limit = new ProxyAnswerLimit();
            pipeline.addLast(limit);
            handler.connectFuture()
                    .addListener(
                            tunnel -> {
                                if (tunnel.isSuccess()) pipeline.remove(limit);
                            });
        }
        pipeline.addLast(handler);
    }

    private ProxyHandler newHandler(InetSocketAddress address) {
        return switch (kind) {
            case HTTP ->
                    user == null || password == null
                            ? new HttpProxyHandler(address)
                            : new HttpProxyHandler(address, user, password);
            case SOCKS4 -> new Socks4ProxyHandler(address, user);
            case SOCKS5 -> new Socks5ProxyHandler(address, user, password);
        };
    }

    @Override
    public String toString() {
        String credentials = user == null ? "" : "***@";
        return "NettyProxy("
                + kind.name().toLowerCase(Locale.ROOT)
                + "://"
                + credentials
                + host
                + ":"
                + port
                + ")";
    }
}
