package io.github.belay.testing.sim

import io.github.belay.request.WsConfirmMode
import kotlin.time.Duration

/** One thing that the user of a connection does; a value, so that a workload can be printed, cut and replayed. */
internal sealed interface Operation {
    /**
     * A request with [id], submitted by [callers] callers at the same instant, each with a longer timeout than the one
     * before. The first of them goes away after [cancelAfter]; null for a caller who stays.
     */
    data class Ask(
        val id: Long,
        val mode: WsConfirmMode,
        val timeout: Duration,
        val cancelAfter: Duration? = null,
        val callers: Int = 1,
    ) : Operation

    /** Two requests with one [id] and different contents, submitted at the same instant. */
    data class AskTwoThings(
        val id: Long,
        val timeout: Duration,
    ) : Operation

    /** Requests numbered from [first], [count] of them, submitted at once: more than there is room for. */
    data class AskFlood(
        val first: Long,
        val count: Int,
        val timeout: Duration,
    ) : Operation

    /** Messages numbered from [first], [count] of them, told at once. */
    data class Tell(
        val first: Int,
        val count: Int,
    ) : Operation

    /** `connect()`, waited for in the background until [cancelAfter]; null to wait for as long as it takes. */
    data class Connect(
        val cancelAfter: Duration? = null,
    ) : Operation

    /** `disconnect(code)`, waited for in the background. */
    data class Disconnect(
        val code: Int,
    ) : Operation

    /** `awaitReady(limit)`, in the background until [cancelAfter]. */
    data class AwaitReady(
        val limit: Duration,
        val cancelAfter: Duration? = null,
    ) : Operation

    /** The user takes [lasting] for each of the next [times] messages: in the collector, or in the endpoint's handler. */
    data class PauseConsumer(
        val lasting: Duration,
        val inHandler: Boolean,
        val times: Int = 1,
    ) : Operation

    /** Wants [topics] too. */
    data class Subscribe(
        val topics: List<Int>,
    ) : Operation

    /** Wants [topics] no more. */
    data class Unsubscribe(
        val topics: List<Int>,
    ) : Operation

    /** Holds [topics] for [lasting]. */
    data class Hold(
        val topics: List<Int>,
        val lasting: Duration,
    ) : Operation

    /** Nobody collects for [lasting]. */
    data class Leave(
        val lasting: Duration,
    ) : Operation
}

/** An [operation] at its time. */
internal data class OperationEvent(
    val at: Duration,
    val operation: Operation,
)

/** How a run ends. */
internal enum class Ending {
    /** `close()`. */
    CLOSE,

    /** `abort()`. */
    ABORT,

    /** `close()`, and `abort()` while that is under way. */
    CLOSE_THEN_ABORT,

    /** The parent's job is cancelled. */
    CANCEL_PARENT,
}
