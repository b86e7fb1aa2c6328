package io.github.belay.internal.machine

import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.lifecycle.WsLifecycleEvent
import kotlin.time.Duration

/** What endpoint, strategy and breaker made of the end of a link. */
internal sealed interface Verdict {
    data class Retry(
        val after: Duration,
    ) : Verdict

    data class GiveUp(
        val reason: WsGiveUpReason,
    ) : Verdict
}

/** Work that a connection's step asks for. */
internal sealed interface ConnectionEffect {
    /** Ask the breaker for a permit; with it, open a link. */
    data class OpenLink(
        val generation: Long,
        val attempt: Int,
        val isReconnect: Boolean,
    ) : ConnectionEffect

    data class EndLink(
        val generation: Long,
        val cause: WsDisconnectCause,
    ) : ConnectionEffect

    /** Tell the endpoint and the user that a link opened. */
    data class Greet(
        val event: WsLifecycleEvent.Opened,
    ) : ConnectionEffect

    /** Ask the endpoint, the strategy and the breaker; the answer comes back as [ConnectionInput.Judged]. */
    data class Judge(
        val generation: Long,
        val cause: WsDisconnectCause,
        val failures: Int,
        val elapsed: Duration,
    ) : ConnectionEffect

    /** The attempt of [generation] proves nothing about the server: its breaker permit goes back. */
    data class Pardon(
        val generation: Long,
    ) : ConnectionEffect

    data class ArmRetry(
        val generation: Long,
        val after: Duration,
    ) : ConnectionEffect

    data object DisarmRetry : ConnectionEffect

    data class ArmStability(
        val generation: Long,
    ) : ConnectionEffect

    /** The link proved stable: the success counts for breaker and strategy. */
    data class Credit(
        val generation: Long,
    ) : ConnectionEffect

    /** The user starts afresh: the strategy forgets what was. */
    data object ResetStrategy : ConnectionEffect

    /** Tell the endpoint and the user that a link ended or an attempt failed. */
    data class Part(
        val event: WsLifecycleEvent.Disconnected,
    ) : ConnectionEffect

    data class Publish(
        val event: WsLifecycleEvent,
    ) : ConnectionEffect

    /** Messages still queued will not be sent. */
    data class FailQueued(
        val text: String,
    ) : ConnectionEffect

    /** Nothing will happen any more: let everything go. */
    data class Release(
        val cause: WsDisconnectCause,
    ) : ConnectionEffect
}

/** The next state of a connection and what it takes to get there. */
internal data class ConnectionStep(
    val state: ConnectionState,
    val effects: List<ConnectionEffect> = emptyList(),
)
