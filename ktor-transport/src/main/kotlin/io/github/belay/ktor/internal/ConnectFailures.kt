package io.github.belay.ktor.internal

import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.ktor.client.engine.cio.FailToConnectException
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.http.cio.ParserException
import kotlinx.coroutines.CancellationException
import java.io.IOException
import java.net.ConnectException
import java.net.NoRouteToHostException
import java.net.UnknownHostException
import java.nio.channels.UnresolvedAddressException
import java.security.GeneralSecurityException
import javax.net.ssl.SSLException

/**
 * What an exception out of Ktor's upgrade call means.
 *
 * Ktor's own texts may quote the URL with its query or lines of the answer, so only those of the socket and of TLS are
 * passed on.
 */
internal fun connectFailureOf(
    thrown: Throwable,
    request: WsConnectRequest,
): WsConnectFailure {
    val url = request.url
    val causes = generateSequence(thrown) { it.cause }.take(MAX_CAUSES)
    return causes.firstNotNullOfOrNull { certainFailureOf(it, request) } ?: when {
        // Ktor dresses some ends of a connection as cancellations.
        causes.any { it is IOException || it is CancellationException } -> {
            WsConnectFailure.Unreachable("the connection to ${url.host}:${url.port} ended before there was an answer")
        }

        // Ktor's TLS reports much of what a peer does wrong by check() and require().
        url.isSecure && thrown.isOfTls -> {
            WsConnectFailure.TlsFailed("no TLS with ${url.host}:${url.port}: ${thrown.describe()}")
        }

        else -> {
            WsConnectFailure.InvalidHandshake(
                "${url.host}:${url.port} answered, but not with HTTP (${thrown::class.simpleName})",
            )
        }
    }
}

/** What an exception out of a name lookup means, the platform's or the user's. */
internal fun lookupFailureOf(
    thrown: Throwable,
    request: WsConnectRequest,
): WsConnectFailure =
    certainFailureOf(thrown, request)
        ?: WsConnectFailure.Unreachable("no address known for ${request.url.host} (${thrown::class.simpleName})")

private fun certainFailureOf(
    cause: Throwable,
    request: WsConnectRequest,
): WsConnectFailure? {
    val place = "${request.url.host}:${request.url.port}"
    return when (cause) {
        is UnknownHostException, is UnresolvedAddressException -> {
            WsConnectFailure.Unreachable("unknown host ${request.url.host}")
        }

        is ConnectTimeoutException -> {
            WsConnectFailure.TimedOut(request.connectTimeoutMillis)
        }

        is ConnectException, is NoRouteToHostException, is FailToConnectException -> {
            WsConnectFailure.Unreachable("no connection to $place: ${cause.describe()}")
        }

        is SSLException, is GeneralSecurityException -> {
            WsConnectFailure.TlsFailed("no TLS with $place: ${cause.describe()}")
        }

        is ParserException -> {
            WsConnectFailure.InvalidHandshake("$place answered, but not with HTTP/1.1")
        }

        else -> {
            null
        }
    }
}

/** True if it was thrown by Ktor's TLS, and not by its HTTP above that. */
private val Throwable.isOfTls: Boolean
    get() =
        stackTrace
            .firstOrNull { it.className.startsWith("io.ktor.") }
            ?.className
            .orEmpty()
            .startsWith(TLS)

private const val TLS = "io.ktor.network.tls."

private fun Throwable.describe(): String = message ?: this::class.simpleName ?: "no reason given"

/** A chain of causes may be a ring. */
private const val MAX_CAUSES = 16
