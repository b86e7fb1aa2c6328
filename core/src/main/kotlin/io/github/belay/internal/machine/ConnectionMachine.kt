package io.github.belay.internal.machine

import io.github.belay.internal.machine.ConnectionInput.Close
import io.github.belay.internal.machine.ConnectionInput.Connect
import io.github.belay.internal.machine.ConnectionInput.Judged
import io.github.belay.internal.machine.ConnectionInput.LinkEnded
import io.github.belay.internal.machine.ConnectionInput.LinkOpened
import io.github.belay.internal.machine.ConnectionInput.LinkReady
import io.github.belay.internal.machine.ConnectionInput.Refused
import io.github.belay.internal.machine.ConnectionInput.RetryDue
import io.github.belay.internal.machine.ConnectionInput.StableDue
import io.github.belay.internal.machine.ConnectionInput.Stop
import io.github.belay.internal.machine.ConnectionState.Closed
import io.github.belay.internal.machine.ConnectionState.Closing
import io.github.belay.internal.machine.ConnectionState.Idle
import io.github.belay.internal.machine.ConnectionState.Judging
import io.github.belay.internal.machine.ConnectionState.Opening
import io.github.belay.internal.machine.ConnectionState.Proving
import io.github.belay.internal.machine.ConnectionState.Restarting
import io.github.belay.internal.machine.ConnectionState.Serving
import io.github.belay.internal.machine.ConnectionState.Stopping
import io.github.belay.internal.machine.ConnectionState.Waiting
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent.Disconnected
import io.github.belay.lifecycle.WsLifecycleEvent.GaveUp
import io.github.belay.lifecycle.WsLifecycleEvent.Opened
import io.github.belay.lifecycle.WsLifecycleEvent.Ready
import kotlin.time.Duration

/**
 * Decides about the logical connection, across all its links. A pure function of state and input: time and failures
 * come in as inputs, and an input of another generation than the state's changes nothing.
 */
internal object ConnectionMachine {
    fun next(
        state: ConnectionState,
        input: ConnectionInput,
    ): ConnectionStep = if (isStale(state, input)) state.stay() else decide(state, input)

    private fun isStale(
        state: ConnectionState,
        input: ConnectionInput,
    ): Boolean =
        input is ConnectionInput.OfLink && state is ConnectionState.Living &&
            input.generation != state.history.generation

    private fun decide(
        state: ConnectionState,
        input: ConnectionInput,
    ): ConnectionStep =
        when (state) {
            is Idle -> idle(state, input)
            is Opening -> opening(state, input)
            is Proving -> proving(state, input)
            is Serving -> serving(state, input)
            is Judging -> judging(state, input)
            is Waiting -> waiting(state, input)
            is Stopping -> stopping(state, input)
            is Restarting -> restarting(state, input)
            is Closing -> closing(state, input)
            is Closed -> state.stay()
        }

    private fun idle(
        state: Idle,
        input: ConnectionInput,
    ): ConnectionStep =
        when (input) {
            Connect -> open(state.history.forgiven(), ConnectionEffect.ResetStrategy)

            is Stop -> state doing failQueued(input.cause)

            is Close -> closed(input.cause)

            is LinkOpened, is LinkReady, is LinkEnded, is Judged, is Refused, is RetryDue, is StableDue,
            -> state.stay()
        }

    private fun opening(
        state: Opening,
        input: ConnectionInput,
    ): ConnectionStep =
        when (input) {
            is LinkOpened -> {
                Opening(state.history.opened()) doing
                    ConnectionEffect.Greet(Opened(input.generation, state.history.hasOpened, input.subprotocol))
            }

            is LinkReady -> {
                ConnectionStep(
                    Proving(state.history),
                    listOf(
                        ConnectionEffect.ArmStability(input.generation),
                        ConnectionEffect.Publish(Ready(input.generation)),
                    ),
                )
            }

            is Refused -> {
                Waiting(state.history) doing ConnectionEffect.ArmRetry(input.generation, input.retryIn)
            }

            is LinkEnded -> {
                judge(state.history, input)
            }

            is Stop -> {
                stop(state.history, input.cause)
            }

            is Close -> {
                close(state.history, input.cause)
            }

            Connect, is Judged, is RetryDue, is StableDue -> {
                state.stay()
            }
        }

    private fun proving(
        state: Proving,
        input: ConnectionInput,
    ): ConnectionStep =
        when (input) {
            is StableDue -> Serving(state.history.forgiven()) doing ConnectionEffect.Credit(input.generation)
            is LinkEnded -> judge(state.history, input)
            is Stop -> stop(state.history, input.cause)
            is Close -> close(state.history, input.cause)
            Connect, is LinkOpened, is LinkReady, is Judged, is Refused, is RetryDue -> state.stay()
        }

    private fun serving(
        state: Serving,
        input: ConnectionInput,
    ): ConnectionStep =
        when (input) {
            is LinkEnded -> judge(state.history, input)
            is Stop -> stop(state.history, input.cause)
            is Close -> close(state.history, input.cause)
            Connect, is LinkOpened, is LinkReady, is Judged, is Refused, is RetryDue, is StableDue -> state.stay()
        }

    private fun judging(
        state: Judging,
        input: ConnectionInput,
    ): ConnectionStep =
        when (input) {
            is Judged -> judged(state, input.verdict)
            is Stop -> ConnectionStep(Idle(state.history), listOf(part(state, retryIn = null), failQueued(state.cause)))
            is Close -> closed(input.cause, part(state, retryIn = null))
            Connect, is LinkOpened, is LinkReady, is LinkEnded, is Refused, is RetryDue, is StableDue -> state.stay()
        }

    private fun judged(
        state: Judging,
        verdict: Verdict,
    ): ConnectionStep =
        when (verdict) {
            is Verdict.Retry -> {
                ConnectionStep(
                    Waiting(state.history),
                    listOf(
                        part(state, verdict.after),
                        ConnectionEffect.ArmRetry(state.history.generation, verdict.after),
                    ),
                )
            }

            is Verdict.GiveUp -> {
                ConnectionStep(
                    Idle(state.history),
                    listOf(
                        part(state, retryIn = null),
                        ConnectionEffect.Publish(GaveUp(verdict.reason, state.history.failures, state.cause)),
                        failQueued(state.cause),
                    ),
                )
            }
        }

    private fun waiting(
        state: Waiting,
        input: ConnectionInput,
    ): ConnectionStep =
        when (input) {
            is RetryDue -> {
                open(state.history)
            }

            Connect -> {
                open(state.history, ConnectionEffect.DisarmRetry)
            }

            is Stop -> {
                ConnectionStep(
                    Idle(state.history),
                    listOf(ConnectionEffect.DisarmRetry, failQueued(input.cause)),
                )
            }

            is Close -> {
                closed(input.cause, ConnectionEffect.DisarmRetry)
            }

            is LinkOpened, is LinkReady, is LinkEnded, is Judged, is Refused, is StableDue -> {
                state.stay()
            }
        }

    private fun stopping(
        state: Stopping,
        input: ConnectionInput,
    ): ConnectionStep =
        when (input) {
            is LinkEnded -> {
                ConnectionStep(Idle(state.history), farewell(state.history, input.cause))
            }

            Connect -> {
                ConnectionStep(Restarting(state.history))
            }

            is Stop -> {
                state doing failQueued(input.cause)
            }

            is Close -> {
                close(state.history, input.cause)
            }

            is LinkOpened, is LinkReady, is Judged, is Refused, is RetryDue, is StableDue -> {
                state.stay()
            }
        }

    private fun restarting(
        state: Restarting,
        input: ConnectionInput,
    ): ConnectionStep =
        when (input) {
            is LinkEnded -> {
                val reopening = open(state.history.forgiven(), ConnectionEffect.ResetStrategy)
                reopening.copy(effects = farewell(state.history, input.cause) + reopening.effects)
            }

            is Stop -> {
                Stopping(state.history) doing failQueued(input.cause)
            }

            is Close -> {
                close(state.history, input.cause)
            }

            Connect, is LinkOpened, is LinkReady, is Judged, is Refused, is RetryDue, is StableDue -> {
                state.stay()
            }
        }

    private fun closing(
        state: Closing,
        input: ConnectionInput,
    ): ConnectionStep =
        when (input) {
            is LinkEnded -> {
                closed(state.cause, *farewell(state.history, input.cause).toTypedArray())
            }

            // A second, harsher close reaches the session, which stops waiting for the peer.
            is Close -> {
                state doing ConnectionEffect.EndLink(state.history.generation, input.cause)
            }

            Connect, is Stop, is LinkOpened, is LinkReady, is Judged, is Refused, is RetryDue, is StableDue -> {
                state
                    .stay()
            }
        }

    private fun open(
        history: History,
        vararg before: ConnectionEffect,
    ): ConnectionStep {
        val next = history.nextAttempt()
        val opening = ConnectionEffect.OpenLink(next.generation, next.failures + 1, next.hasOpened)
        return ConnectionStep(Opening(next), before.toList() + opening)
    }

    private fun judge(
        history: History,
        ended: LinkEnded,
    ): ConnectionStep {
        val failed = history.failedAt(ended.at)
        return Judging(failed, ended.cause, wasOpen = history.isOpened) doing
            ConnectionEffect.Judge(ended.generation, ended.cause, failed.failures, ended.at - failed.outageSince)
    }

    /** What waits fails now and not when the link has gone: what is told from here on is meant for the next link. */
    private fun stop(
        history: History,
        cause: WsDisconnectCause,
    ): ConnectionStep =
        ConnectionStep(
            Stopping(history),
            listOf(failQueued(cause), ConnectionEffect.EndLink(history.generation, cause)),
        )

    private fun close(
        history: History,
        cause: WsDisconnectCause,
    ): ConnectionStep = Closing(history, cause) doing ConnectionEffect.EndLink(history.generation, cause)

    private fun closed(
        cause: WsDisconnectCause,
        vararg before: ConnectionEffect,
    ): ConnectionStep =
        ConnectionStep(
            Closed(cause),
            before.toList() + ConnectionEffect.FailQueued("connection closed") + ConnectionEffect.Release(cause),
        )

    private fun part(
        state: Judging,
        retryIn: Duration?,
    ): ConnectionEffect =
        ConnectionEffect.Part(Disconnected(state.history.generation, state.cause, retryIn, state.wasOpen))

    /** A link went down because the user wanted it: that says nothing about the server. */
    private fun farewell(
        history: History,
        cause: WsDisconnectCause,
    ): List<ConnectionEffect> =
        listOf(
            ConnectionEffect.Pardon(history.generation),
            ConnectionEffect.Part(Disconnected(history.generation, cause, retryIn = null, wasOpen = history.isOpened)),
        )

    private fun failQueued(cause: WsDisconnectCause): ConnectionEffect =
        ConnectionEffect.FailQueued("connection down: $cause")

    private fun ConnectionState.stay(): ConnectionStep = ConnectionStep(this)

    private infix fun ConnectionState.doing(effect: ConnectionEffect): ConnectionStep =
        ConnectionStep(this, listOf(effect))
}
