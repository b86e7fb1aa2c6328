package io.github.belay.testing.sim

import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** Compares, at the end of a run, what senders were told with what really happened. */
internal class Audit(
    private val violations: Violations,
    /** When links ended, in order. */
    private val linkEnds: List<Duration>,
    settings: Settings,
) {
    /** From the moment in which a link has lost its use to the news of its end: farewell and end of the socket. */
    private val farewell = settings.closeTimeout * 2 + TOLERANCE

    fun run(ledger: Ledger) {
        ledger.requests.forEach(::check)
        ledger.messages.forEach(::check)
    }

    private fun check(account: RequestAccount) {
        val request = account.request
        violations.require(account.left <= 1, Invariant.TRUE_OUTCOME) { "$request left ${account.left} times" }
        violations.require(
            account.executed <= 1,
            Invariant.TRUE_OUTCOME,
        ) { "$request was executed ${account.executed} times" }
        for (caller in account.callers) {
            val outcome = caller.outcome
            if (outcome == null) {
                violations.require(caller.isGone, Invariant.ONE_OUTCOME) { "$request has no outcome" }
            } else {
                checkTime(account, caller, outcome)
                violations.require(isTrue(account, outcome), Invariant.TRUE_OUTCOME) {
                    "$request was told $outcome but left ${account.left}, was executed ${account.executed} and denied ${account.denied} times"
                }
            }
        }
    }

    private fun checkTime(
        account: RequestAccount,
        caller: Caller,
        outcome: WsDelegatedOutcome,
    ) {
        val deadline = caller.askedAt + caller.timeout
        violations.require(caller.settledAt <= deadline + TOLERANCE, Invariant.DEADLINE) {
            "${account.request} had until $deadline but $outcome came at ${caller.settledAt}"
        }
        if (outcome !is WsDelegatedError.Unconfirmed || caller.settledAt >= deadline) return
        val reason = linkEnds.any { it >= caller.askedAt && it <= caller.settledAt + farewell }
        violations.require(reason, Invariant.DEADLINE) {
            "${account.request} had until $deadline and no link ended, but $outcome came at ${caller.settledAt}"
        }
    }

    private fun isTrue(
        account: RequestAccount,
        outcome: WsDelegatedOutcome,
    ): Boolean =
        when (outcome) {
            is WsDelegatedOk -> account.left == 1 && (!outcome.confirmed || account.executed == 1)

            is WsDelegatedError.EndpointRejected -> account.denied == 1 && account.executed == 0

            is WsDelegatedError.NotDelivered, is WsDelegatedError.PayloadMismatch -> account.left == 0

            // Too many may wait for one request, too; the request itself goes its way then.
            is WsDelegatedError.TooManyPending -> account.left == 0 || account.callers.size > 1

            // The one outcome that says that nobody knows. It does say whether the frame was withdrawn.
            is WsDelegatedError.Unconfirmed -> account.left == 0 || WITHDRAWN !in outcome.text
        }

    private fun check(message: MessageAccount) {
        val outcome = message.outcome
        violations.require(outcome != null, Invariant.ONE_OUTCOME) { "message ${message.number} has no outcome" }
        if (outcome == null) return
        val left = message.left
        val isTrue =
            when (outcome) {
                TellOutcome.Done -> {
                    left == 1
                }

                is TellOutcome.NotDelivered, is TellOutcome.QueueFull, is TellOutcome.Dropped, TellOutcome.Closed -> {
                    left ==
                        0
                }

                is TellOutcome.Unknown -> {
                    left <= 1
                }
            }
        violations.require(isTrue, Invariant.TRUE_OUTCOME) {
            "message ${message.number} was told $outcome but left $left times"
        }
    }

    private companion object {
        /** Timers have whole milliseconds. */
        val TOLERANCE = 1.milliseconds

        /** How an outcome says that its frame was still waiting to be sent. */
        const val WITHDRAWN = "awaiting send"
    }
}
