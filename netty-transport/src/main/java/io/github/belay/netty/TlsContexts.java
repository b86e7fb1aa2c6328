package io.github.belay.netty;

import io.github.belay.transport.WsServerNames;
import io.github.belay.transport.WsTlsConfig;
import io.github.belay.transport.WsUrl;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS for the links of one transport: versions 1.3 and 1.2, chain and host name checked unless the
 * request says otherwise.
 *
 * <p>Links with the same trust share a context, and so the sessions that make reconnecting cheap.
 * What computes or asks trust managers runs on threads of its own, not on the event loops.
 */
final class TlsContexts implements AutoCloseable {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    /** Contexts kept, those used last. */
    private static final int MAX_KEPT = 16;

    /** For the last record, which says that we close. A peer that does not read gets none. */
    private static final int CLOSE_NOTIFY_MILLIS = 200;

    /** Trust managers have no equality of their own: by identity, unless one defines it. */
    private record Key(boolean validates, @Nullable X509TrustManager trust) {}

    private final boolean usesNative;
    private final @Nullable KeyManagerFactory keys;
    private final ExecutorService threads =
            HelperThreads.pool("belay-netty-tls", Runtime.getRuntime().availableProcessors());

    /** Under its own lock; in the order of use. */
    private final Map<Key, CompletableFuture<SslContext>> made =
            new LinkedHashMap<>(MAX_KEPT, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<Key, CompletableFuture<SslContext>> eldest) {
                    return size() > MAX_KEPT;
                }
            };

    TlsContexts(boolean usesNative, @Nullable KeyManagerFactory keys) {
        this.usesNative = usesNative;
        this.keys = keys;
    }

    CompletableFuture<SslContext> contextFor(WsTlsConfig config) {
        Key key = new Key(config.getValidateCerts(), config.getTrustManager());
        synchronized (made) {
            CompletableFuture<SslContext> known = made.get(key);
            if (known != null && !known.isCompletedExceptionally()) return known;
            CompletableFuture<SslContext> context = new CompletableFuture<>();
            made.put(key, context);
            try {
                threads.execute(() -> make(key, context));
            } catch (RejectedExecutionException full) {
                context.completeExceptionally(full);
            }
            return context;
        }
    }

    private void make(Key key, CompletableFuture<SslContext> context) {
        try {
            context.complete(newContext(key));
        } catch (Throwable failure) {
            context.completeExceptionally(failure);
        }
    }

    private SslContext newContext(Key key) throws GeneralSecurityException, SSLException {
        SslContextBuilder builder =
                SslContextBuilder.forClient().sslProvider(provider()).protocols(VERSIONS);
        builder.trustManager(key.validates() ? strict(key.trust()) : new BlindTrust());
        if (keys != null) builder.keyManager(keys);
        return builder.build();
    }

    private boolean isNative() {
        return usesNative && OpenSsl.isAvailable();
    }

    /** Why there is no OpenSSL although it was wanted; null if there is, or was not wanted. */
    @Nullable Throwable missingOpenSsl() {
        return usesNative ? OpenSsl.unavailabilityCause() : null;
    }

    /**
     * Engines of OpenSSL are released by their handler, which every channel that has one removes
     * when it closes. A context lives as long as links or this map know it: the collector's.
     */
    private SslProvider provider() {
        return isNative() ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    @Override
    public String toString() {
        return "TLS by " + (isNative() ? OpenSsl.versionString() : "the JDK");
    }

    private static TrustManager strict(@Nullable X509TrustManager chains)
            throws GeneralSecurityException {
        return new ServerTrust(chains == null ? platformTrust() : chains);
    }

    private static X509TrustManager platformTrust() throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) return trust;
        }
        throw new GeneralSecurityException("the platform has no trust manager for X.509");
    }

    /** A handler for one link to {@code url}. */
    SslHandler newHandler(
            SslContext context, ByteBufAllocator allocator, WsUrl url, boolean validates) {
        String host = url.getHost();
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        SSLEngine engine = context.newEngine(allocator, name, url.getPort());
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(validates ? "HTTPS" : "");
        parameters.setServerNames(List.of());
        // RFC 6066 section 3: DNS names only. The platform would leave out names without a dot.
        if (WsServerNames.addressOf(name) == null) askFor(name, parameters);
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(engine, threads);
        // The open has one time limit for everything.
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        return handler;
    }

    private static void askFor(String name, SSLParameters parameters) {
        try {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        } catch (IllegalArgumentException notADnsName) {
            // A server that needs SNI will refuse; the certificate is checked in any case.
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
