package io.github.belay.internal.machine

import io.github.belay.lifecycle.WsDisconnectCause
import kotlin.time.Duration

/** What a connection remembers across its links. */
internal data class History(
    /** Number of the newest link; grows by one with each attempt. */
    val generation: Long = 0,
    /** Attempts and links that ended before they were stable, in a row. */
    val failures: Int = 0,
    /** When the first of them ended; means nothing while [failures] is 0. */
    val outageSince: Duration = Duration.ZERO,
    /** The newest generation that opened; 0 while none has. */
    val lastOpened: Long = 0,
) {
    val hasOpened: Boolean get() = lastOpened > 0

    /** True if the link of [generation] opened, however it ended. */
    val isOpened: Boolean get() = lastOpened == generation

    fun nextAttempt(): History = copy(generation = generation + 1)

    fun opened(): History = copy(lastOpened = generation)

    fun forgiven(): History = copy(failures = 0)

    fun failedAt(at: Duration): History =
        copy(failures = failures + 1, outageSince = if (failures == 0) at else outageSince)
}

/** Where the logical connection stands. */
internal sealed interface ConnectionState {
    /** Every state but the last remembers. */
    sealed interface Living : ConnectionState {
        val history: History
    }

    /** Down, and nobody asked for more. */
    data class Idle(
        override val history: History,
    ) : Living

    /** The link of this generation is on its way to being ready. */
    data class Opening(
        override val history: History,
    ) : Living

    /** Ready, but not for long enough to be believed. */
    data class Proving(
        override val history: History,
    ) : Living

    /** Ready and stable. */
    data class Serving(
        override val history: History,
    ) : Living

    /** The link is gone; endpoint and strategy are asked what to do. */
    data class Judging(
        override val history: History,
        val cause: WsDisconnectCause,
        val wasOpen: Boolean,
    ) : Living

    /** Until the retry timer of this generation fires. */
    data class Waiting(
        override val history: History,
    ) : Living

    /** The link is being taken down; the connection stays down afterwards. */
    data class Stopping(
        override val history: History,
    ) : Living

    /** The link is being taken down, and the user has connected again meanwhile. */
    data class Restarting(
        override val history: History,
    ) : Living

    /** The link is being taken down for good. */
    data class Closing(
        override val history: History,
        val cause: WsDisconnectCause,
    ) : Living

    /** Terminal: no input leaves it. */
    data class Closed(
        val cause: WsDisconnectCause,
    ) : ConnectionState
}

/** What can happen to a connection. What a link, a timer or a policy says carries its generation. */
internal sealed interface ConnectionInput {
    /** Speaks of one link; means nothing once that is not the newest any more. */
    sealed interface OfLink : ConnectionInput {
        val generation: Long
    }

    data object Connect : ConnectionInput

    /** Take the link down and stay down. */
    data class Stop(
        val cause: WsDisconnectCause,
    ) : ConnectionInput

    /** Take the link down and end for good. */
    data class Close(
        val cause: WsDisconnectCause,
    ) : ConnectionInput

    data class LinkOpened(
        override val generation: Long,
        val subprotocol: String?,
    ) : OfLink

    data class LinkReady(
        override val generation: Long,
    ) : OfLink

    data class LinkEnded(
        override val generation: Long,
        val cause: WsDisconnectCause,
        val at: Duration,
    ) : OfLink

    data class Judged(
        override val generation: Long,
        val verdict: Verdict,
    ) : OfLink

    /** The circuit breaker did not let the attempt through. */
    data class Refused(
        override val generation: Long,
        val retryIn: Duration,
    ) : OfLink

    data class RetryDue(
        override val generation: Long,
    ) : OfLink

    data class StableDue(
        override val generation: Long,
    ) : OfLink
}
