package io.github.belay.testing.sim

import kotlin.time.Duration

/** One thing that goes wrong between client and server; a value, so that a schedule can be printed, cut and replayed. */
internal sealed interface Fault {
    /** The server ends the stream without a Close frame. */
    data object DropLink : LinkFault

    /** The server resets the connection. */
    data object ResetLink : LinkFault

    /** The network loses everything that goes [lost], and tells nobody. */
    data class HalfOpen(
        val lost: Way,
    ) : LinkFault

    /** The server reads nothing for [lasting], so flushes wait. */
    data class StallWrites(
        val lasting: Duration,
    ) : LinkFault

    /** The server sends a Close frame with [code] and, if [thenDrops], ends the stream at once instead of waiting. */
    data class CloseLink(
        val code: Int,
        val thenDrops: Boolean,
    ) : LinkFault

    /** The server breaks the protocol, as the codec would report it with [code]. */
    data class Violate(
        val code: Int,
    ) : LinkFault

    /** The server sends a message of [bytes], which may be above the client's limit. */
    data class SendLarge(
        val bytes: Int,
    ) : LinkFault

    /** Attempts are answered with [refusal] for [lasting]. */
    data class Refuse(
        val refusal: Refusal,
        val lasting: Duration,
    ) : Fault

    /** The handshake takes [delay] longer for [lasting]; infinite for a server that accepts TCP and says nothing. */
    data class SlowHandshake(
        val delay: Duration,
        val lasting: Duration,
    ) : Fault

    /** Frames take as long as this on their way for [lasting]. */
    data class Lag(
        val toServer: Duration,
        val toClient: Duration,
        val lasting: Duration,
    ) : Fault

    /** Requests are answered badly for [lasting]. */
    data class Misanswer(
        val manner: Manner,
        val lasting: Duration,
    ) : Fault

    /** Pings are not answered for [lasting], and nothing else is wrong. */
    data class IgnorePings(
        val lasting: Duration,
    ) : Fault

    /** [ticks] numbered messages of each topic at once, in reads of [burst]. */
    data class Flood(
        val ticks: Int,
        val burst: Int,
    ) : Fault

    /** [count] pings at once. */
    data class PingFlood(
        val count: Int,
    ) : LinkFault

    /** The server says [words], which end the link. */
    data class Say(
        val words: Script,
    ) : LinkFault

    /** A message that the endpoint cannot parse, an answer to a request nobody made, and a pong nobody asked for. */
    data object Nonsense : LinkFault
}

/** A fault that one link suffers. */
internal sealed interface LinkFault : Fault

/** A direction of travel. */
internal enum class Way { TO_SERVER, TO_CLIENT, BOTH }

/** How a server turns an attempt away. */
internal sealed interface Refusal {
    /** Nobody listens. */
    data object Unreachable : Refusal

    /** HTTP [status], with `Retry-After` when [retryAfterSeconds] is not null. */
    data class Status(
        val status: Int,
        val retryAfterSeconds: Int? = null,
    ) : Refusal

    /** An answer that is not a valid 101. */
    data object NotWebSocket : Refusal
}

/** How a server treats requests. */
internal enum class Manner {
    /** Executes and answers. */
    PROPERLY,

    /** Executes and says nothing. */
    SILENTLY,

    /** Executes and answers twice. */
    TWICE,

    /** Executes and answers a second later. */
    LATE,

    /** Does not execute and says no. */
    REFUSING,
}

/** A [fault] at its time. */
internal data class FaultEvent(
    val at: Duration,
    val fault: Fault,
)
