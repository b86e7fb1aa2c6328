package io.github.belay.netty;

import io.github.belay.transport.WsConnectFailure;
import io.github.belay.transport.WsConnectRequest;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What an exception on the way to an open link means. Of foreign texts only those of the socket, of
 * TLS and of the proxy handler are passed on, which know neither query nor credentials.
 */
final class ConnectFailures {
    /** A chain of causes may be a ring. */
    private static final int MAX_CAUSES = 16;

    private final WsConnectRequest request;
    private final String place;

    ConnectFailures(WsConnectRequest request) {
        this.request = request;
        this.place = request.getUrl().getHost() + ":" + request.getUrl().getPort();
    }

    /** What {@code thrown} means while connecting, in TLS or while the answer is read. */
    WsConnectFailure of(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            WsConnectFailure failure = certain(cause);
            if (failure != null) return failure;
            cause = cause.getCause();
        }
        return ended();
    }

    /** What {@code thrown} means out of a name lookup, the platform's or the user's. */
    WsConnectFailure ofLookup(Throwable thrown, String host) {
        if (thrown instanceof UnknownHostException) {
            return new WsConnectFailure.Unreachable("unknown host " + host);
        }
        return noAddress(host, thrown.getClass().getSimpleName());
    }

    WsConnectFailure noAddress(String host, String why) {
        return new WsConnectFailure.Unreachable("no address known for " + host + why(why));
    }

    /** What {@code thrown} means when the time for everything has not run out. */
    private @Nullable WsConnectFailure certain(Throwable cause) {
        if (cause instanceof ProxyConnectException) {
            return new WsConnectFailure.Unreachable(
                    "no connection to " + place + " through the proxy: " + describe(cause));
        }
        if (cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || cause instanceof UnresolvedAddressException
                || cause instanceof BindException) {
            return new WsConnectFailure.Unreachable(
                    "no connection to " + place + ": " + describe(cause));
        }
        // Its own text is a dump of what the server sent.
        if (cause instanceof NotSslRecordException) return noTls("the server does not speak TLS");
        if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
            return noTls(describe(reasonOf(cause)));
        }
        return null;
    }

    /** OpenSSL's exception only says that something was wrong with the certificate. */
    private static Throwable reasonOf(Throwable cause) {
        return cause.getCause() instanceof CertificateException refused ? refused : cause;
    }

    WsConnectFailure timedOut() {
        return new WsConnectFailure.TimedOut(request.getConnectTimeoutMillis());
    }

    /** The connection broke or was closed, and nobody said why. */
    WsConnectFailure ended() {
        return new WsConnectFailure.Unreachable(
                "the connection to " + place + " ended before there was an answer");
    }

    /** What a parser found wrong with the answer. */
    WsConnectFailure notHttp(Throwable cause) {
        String what =
                cause instanceof TooLongFrameException
                        ? "answered with a head that is too long"
                        : "answered, but not with HTTP/1.1";
        return new WsConnectFailure.InvalidHandshake(place + " " + what);
    }

    private WsConnectFailure noTls(String why) {
        return new WsConnectFailure.TlsFailed("no TLS with " + place + ": " + why);
    }

    private static String why(String text) {
        return text.isEmpty() ? "" : " (" + text + ")";
    }

    private static String describe(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
