package io.github.belay.internal.actor

import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.observe.WsMetricsReporter
import io.github.belay.observe.WsRequestOutcome
import java.util.concurrent.atomic.AtomicLong

/**
 * Keeps what a reporter throws from its caller. The first failure is told to [onFirstFailure], for a reporter that fails
 * tends to fail at every frame; all are counted in [failures].
 */
internal class GuardedReporter(
    private val delegate: WsMetricsReporter,
    private val onFirstFailure: (Exception) -> Unit,
) : WsMetricsReporter {
    private val failed = AtomicLong()

    /** How often the reporter threw. */
    val failures: Long get() = failed.get()

    override fun connectAttempt(client: String) = guarded { delegate.connectAttempt(client) }

    override fun connected(
        client: String,
        durationNanos: Long,
    ) = guarded { delegate.connected(client, durationNanos) }

    override fun connectFailed(
        client: String,
        cause: WsDisconnectCause,
    ) = guarded { delegate.connectFailed(client, cause) }

    override fun ready(client: String) = guarded { delegate.ready(client) }

    override fun disconnected(
        client: String,
        cause: WsDisconnectCause,
    ) = guarded { delegate.disconnected(client, cause) }

    override fun reconnectScheduled(
        client: String,
        delayMillis: Long,
    ) = guarded { delegate.reconnectScheduled(client, delayMillis) }

    override fun breakerRefused(client: String) = guarded { delegate.breakerRefused(client) }

    override fun framesReceived(
        client: String,
        frames: Int,
        bytes: Long,
    ) = guarded { delegate.framesReceived(client, frames, bytes) }

    override fun framesSent(
        client: String,
        frames: Int,
        bytes: Long,
    ) = guarded { delegate.framesSent(client, frames, bytes) }

    override fun messagesDelivered(
        client: String,
        messages: Int,
    ) = guarded { delegate.messagesDelivered(client, messages) }

    override fun messagesUncollected(
        client: String,
        messages: Int,
    ) = guarded { delegate.messagesUncollected(client, messages) }

    override fun readingPaused(client: String) = guarded { delegate.readingPaused(client) }

    override fun parseError(client: String) = guarded { delegate.parseError(client) }

    override fun handlerError(client: String) = guarded { delegate.handlerError(client) }

    override fun serverError(client: String) = guarded { delegate.serverError(client) }

    override fun pingSent(client: String) = guarded { delegate.pingSent(client) }

    override fun pongReceived(
        client: String,
        rttNanos: Long,
    ) = guarded { delegate.pongReceived(client, rttNanos) }

    override fun pongTimeout(client: String) = guarded { delegate.pongTimeout(client) }

    override fun payloadLag(
        client: String,
        kind: String,
        lagMicros: Long,
    ) = guarded { delegate.payloadLag(client, kind, lagMicros) }

    override fun requestSettled(
        client: String,
        outcome: WsRequestOutcome,
    ) = guarded { delegate.requestSettled(client, outcome) }

    override fun queueRefused(client: String) = guarded { delegate.queueRefused(client) }

    override fun queueEvicted(
        client: String,
        messages: Int,
    ) = guarded { delegate.queueEvicted(client, messages) }

    override fun queueFilling(
        client: String,
        fill: Double,
    ) = guarded { delegate.queueFilling(client, fill) }

    // User code may throw anything that is an Exception, and there is no coroutine here that one could cancel.
    @Suppress("TooGenericExceptionCaught")
    private inline fun guarded(report: () -> Unit) {
        try {
            report()
        } catch (thrown: Exception) {
            if (failed.incrementAndGet() == 1L) onFirstFailure(thrown)
        }
    }
}
