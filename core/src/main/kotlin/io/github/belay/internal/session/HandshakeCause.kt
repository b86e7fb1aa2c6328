package io.github.belay.internal.session

import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import java.time.DateTimeException
import java.time.format.DateTimeFormatter
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** No server may send us away for longer. */
private val MAX_RETRY_AFTER = 5.minutes

/** The transport's failure as the cause of a disconnect. */
internal fun WsConnectFailure.toCause(): WsDisconnectCause =
    when (this) {
        is WsConnectFailure.Rejected -> {
            WsDisconnectCause.HandshakeFailed(
                WsHandshakeFailure.REJECTED,
                status,
                retryAfter(headers),
                message,
                headers.entries,
                bodyStart,
            )
        }

        is WsConnectFailure.Unreachable -> {
            failed(WsHandshakeFailure.UNREACHABLE)
        }

        is WsConnectFailure.TlsFailed -> {
            failed(WsHandshakeFailure.TLS)
        }

        is WsConnectFailure.InvalidHandshake -> {
            failed(WsHandshakeFailure.INVALID)
        }

        is WsConnectFailure.TimedOut -> {
            failed(WsHandshakeFailure.TIMED_OUT)
        }
    }

private fun WsConnectFailure.failed(kind: WsHandshakeFailure): WsDisconnectCause =
    WsDisconnectCause.HandshakeFailed(kind, status = null, retryAfter = null, text = message)

/**
 * `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date, which counts from the answer's own `Date` so that our
 * wall clock has no say. Null when absent or not understood.
 */
internal fun retryAfter(headers: WsHeaders): Duration? {
    val value = headers["Retry-After"]?.trim() ?: return null
    val asked = value.toLongOrNull()?.seconds ?: untilDate(value, headers["Date"])
    return asked?.coerceIn(Duration.ZERO, MAX_RETRY_AFTER)
}

private fun untilDate(
    date: String,
    now: String?,
): Duration? =
    try {
        val format = DateTimeFormatter.RFC_1123_DATE_TIME
        now?.let { (format.parse(date).epochSecond() - format.parse(it.trim()).epochSecond()).seconds }
    } catch (_: DateTimeException) {
        null
    }

private fun java.time.temporal.TemporalAccessor.epochSecond(): Long =
    java.time.Instant
        .from(this)
        .epochSecond
