package io.github.belay.internal.machine

import io.github.belay.lifecycle.WsDisconnectCause

/** Where one physical link stands. */
internal sealed interface LinkState {
    /** There is no link. */
    data object Absent : LinkState

    /** There is a link, and it has a number. */
    sealed interface Present : LinkState {
        val generation: Long
    }

    /** Handshake under way. */
    data class Connecting(
        override val generation: Long,
    ) : Present

    /** Open; the auth payload is being made and written. */
    data class Authenticating(
        override val generation: Long,
        /** Gated: somebody said already that the session is authenticated. */
        val hasConsent: Boolean = false,
    ) : Present

    /** Gated: the auth payload is out, and somebody has to say that the session is authenticated. */
    data class AwaitingConsent(
        override val generation: Long,
    ) : Present

    /** The desired subscriptions are being written. */
    data class Replaying(
        override val generation: Long,
    ) : Present

    /** Application messages may be written. */
    data class Ready(
        override val generation: Long,
    ) : Present

    /** The link has its one cause and is being taken down. */
    data class Ending(
        override val generation: Long,
        val cause: WsDisconnectCause,
    ) : Present
}

/** What can happen to a link. Everything but [Open] carries the generation it speaks of. */
internal sealed interface LinkInput {
    val generation: Long

    data class Open(
        override val generation: Long,
    ) : LinkInput

    data class Opened(
        override val generation: Long,
    ) : LinkInput

    data class AuthWritten(
        override val generation: Long,
    ) : LinkInput

    data class Authenticated(
        override val generation: Long,
    ) : LinkInput

    /** Whoever said that the session is authenticated takes it back. */
    data class Unauthenticated(
        override val generation: Long,
    ) : LinkInput

    data class ReplayWritten(
        override val generation: Long,
    ) : LinkInput

    /** Somebody, inside or outside, found a reason to end the link. */
    data class Troubled(
        override val generation: Long,
        val cause: WsDisconnectCause,
    ) : LinkInput

    /** The session's call has returned: no coroutine and no socket of it is left. */
    data class Over(
        override val generation: Long,
        val cause: WsDisconnectCause,
    ) : LinkInput
}

/** Work that a link's step asks for. */
internal sealed interface LinkEffect {
    data class StartSession(
        val generation: Long,
    ) : LinkEffect

    data class AnnounceOpened(
        val generation: Long,
    ) : LinkEffect

    data class WriteAuth(
        val generation: Long,
    ) : LinkEffect

    /** What the user tells and asks may leave before the session is authenticated. */
    data class AdmitSends(
        val generation: Long,
    ) : LinkEffect

    data class WriteReplay(
        val generation: Long,
    ) : LinkEffect

    data class AnnounceReady(
        val generation: Long,
    ) : LinkEffect

    data class EndSession(
        val generation: Long,
        val cause: WsDisconnectCause,
    ) : LinkEffect

    data class AnnounceEnded(
        val generation: Long,
        val cause: WsDisconnectCause,
    ) : LinkEffect
}

/**
 * Decides about one physical link: Connecting → Authenticating → (AwaitingConsent →) Replaying → Ready → Ending.
 *
 * A pure function of state and input. An input of another generation than the state's changes nothing.
 *
 * @param gated the replay waits until somebody says that the session is authenticated
 * @param gatesSends so does what the user sends
 */
internal class LinkMachine(
    val gated: Boolean,
    private val gatesSends: Boolean = true,
) {
    fun next(
        state: LinkState,
        input: LinkInput,
    ): LinkStep =
        when (state) {
            LinkState.Absent -> absent(input)
            is LinkState.Connecting -> state.unlessStale(input, ::connecting)
            is LinkState.Authenticating -> state.unlessStale(input, ::authenticating)
            is LinkState.AwaitingConsent -> state.unlessStale(input, ::awaitingConsent)
            is LinkState.Replaying -> state.unlessStale(input, ::replaying)
            is LinkState.Ready -> state.unlessStale(input, ::ready)
            is LinkState.Ending -> state.unlessStale(input, ::ending)
        }

    private inline fun <S : LinkState.Present> S.unlessStale(
        input: LinkInput,
        decide: (S, LinkInput) -> LinkStep,
    ): LinkStep = if (input.generation == generation) decide(this, input) else stay(this)

    private fun absent(input: LinkInput): LinkStep =
        when (input) {
            is LinkInput.Open -> LinkState.Connecting(input.generation) doing LinkEffect.StartSession(input.generation)

            is LinkInput.Opened, is LinkInput.AuthWritten, is LinkInput.Authenticated, is LinkInput.Unauthenticated,
            is LinkInput.ReplayWritten, is LinkInput.Troubled, is LinkInput.Over,
            -> stay(LinkState.Absent)
        }

    private fun connecting(
        state: LinkState.Connecting,
        input: LinkInput,
    ): LinkStep =
        when (input) {
            is LinkInput.Opened -> {
                LinkStep(
                    LinkState.Authenticating(state.generation),
                    listOf(LinkEffect.AnnounceOpened(state.generation), LinkEffect.WriteAuth(state.generation)),
                )
            }

            is LinkInput.Troubled -> {
                end(input)
            }

            is LinkInput.Over -> {
                over(input.generation, input.cause)
            }

            is LinkInput.Open, is LinkInput.AuthWritten, is LinkInput.Authenticated, is LinkInput.Unauthenticated,
            is LinkInput.ReplayWritten,
            -> {
                stay(state)
            }
        }

    private fun authenticating(
        state: LinkState.Authenticating,
        input: LinkInput,
    ): LinkStep =
        when (input) {
            is LinkInput.AuthWritten -> {
                val mustWait = gated && !state.hasConsent
                if (mustWait) awaitConsent(state.generation) else replay(state.generation)
            }

            // Whoever says so early, an answer that overtakes its own news or a user, must not let the replay go first.
            is LinkInput.Authenticated -> {
                stay(state.copy(hasConsent = gated))
            }

            is LinkInput.Unauthenticated -> {
                stay(state.copy(hasConsent = false))
            }

            is LinkInput.Troubled -> {
                end(input)
            }

            is LinkInput.Over -> {
                over(input.generation, input.cause)
            }

            is LinkInput.Open, is LinkInput.Opened, is LinkInput.ReplayWritten -> {
                stay(state)
            }
        }

    private fun awaitingConsent(
        state: LinkState.AwaitingConsent,
        input: LinkInput,
    ): LinkStep =
        when (input) {
            is LinkInput.Authenticated -> replay(state.generation)

            is LinkInput.Troubled -> end(input)

            is LinkInput.Over -> over(input.generation, input.cause)

            is LinkInput.Open, is LinkInput.Opened, is LinkInput.AuthWritten, is LinkInput.Unauthenticated,
            is LinkInput.ReplayWritten,
            -> stay(state)
        }

    private fun replaying(
        state: LinkState.Replaying,
        input: LinkInput,
    ): LinkStep =
        when (input) {
            is LinkInput.ReplayWritten -> {
                LinkState.Ready(state.generation) doing LinkEffect.AnnounceReady(state.generation)
            }

            is LinkInput.Troubled -> {
                end(input)
            }

            is LinkInput.Over -> {
                over(input.generation, input.cause)
            }

            is LinkInput.Open, is LinkInput.Opened, is LinkInput.AuthWritten, is LinkInput.Authenticated,
            is LinkInput.Unauthenticated,
            -> {
                stay(state)
            }
        }

    private fun ready(
        state: LinkState.Ready,
        input: LinkInput,
    ): LinkStep =
        when (input) {
            is LinkInput.Troubled -> end(input)

            is LinkInput.Over -> over(input.generation, input.cause)

            is LinkInput.Open, is LinkInput.Opened, is LinkInput.AuthWritten, is LinkInput.Authenticated,
            is LinkInput.Unauthenticated, is LinkInput.ReplayWritten,
            -> stay(state)
        }

    private fun ending(
        state: LinkState.Ending,
        input: LinkInput,
    ): LinkStep =
        when (input) {
            is LinkInput.Over -> over(state.generation, state.cause)

            is LinkInput.Open, is LinkInput.Opened, is LinkInput.AuthWritten, is LinkInput.Authenticated,
            is LinkInput.Unauthenticated, is LinkInput.ReplayWritten, is LinkInput.Troubled,
            -> stay(state)
        }

    private fun awaitConsent(generation: Long): LinkStep =
        LinkStep(
            LinkState.AwaitingConsent(generation),
            if (gatesSends) emptyList() else listOf(LinkEffect.AdmitSends(generation)),
        )

    private fun replay(generation: Long): LinkStep =
        LinkState.Replaying(generation) doing LinkEffect.WriteReplay(generation)

    private fun end(input: LinkInput.Troubled): LinkStep =
        LinkState.Ending(input.generation, input.cause) doing LinkEffect.EndSession(input.generation, input.cause)

    private fun over(
        generation: Long,
        cause: WsDisconnectCause,
    ): LinkStep = LinkState.Absent doing LinkEffect.AnnounceEnded(generation, cause)

    private fun stay(state: LinkState): LinkStep = LinkStep(state)
}

/** The next state of a link and what it takes to get there. */
internal data class LinkStep(
    val state: LinkState,
    val effects: List<LinkEffect> = emptyList(),
)

private infix fun LinkState.doing(effect: LinkEffect): LinkStep = LinkStep(this, listOf(effect))
