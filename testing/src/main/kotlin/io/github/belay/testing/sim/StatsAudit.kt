package io.github.belay.testing.sim

import io.github.belay.observe.WsConnectionStats
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome

/** Compares, at the end of a run, what the connection counted with what was heard of it. */
internal class StatsAudit(
    private val violations: Violations,
    private val stats: WsConnectionStats,
) {
    fun run(
        reached: Map<String, Int>,
        ledger: Ledger,
    ) {
        fun heard(event: String) = (reached[event] ?: 0).toLong()
        check("connectAttempts", stats.connectAttempts, heard("Connecting"))
        check("connectSuccesses", stats.connectSuccesses, heard("Opened"))
        check("connectFailures and disconnects", stats.connectFailures + stats.disconnects, heard("Disconnected"))
        check("breakerRefusals", stats.breakerRefusals, heard("Refused"))
        check("reconnects", stats.reconnects, (heard("Ready") - 1).coerceAtLeast(0))
        check("pongTimeouts", stats.pongTimeouts, heard("pong_timeout"))
        check(ledger)
    }

    private fun check(ledger: Ledger) {
        val callers = ledger.requests.flatMap { it.callers }
        // Who went away may have been told in the same moment.
        val gone = callers.count { it.outcome == null }

        fun check(
            what: String,
            counted: Long,
            isMeant: (WsDelegatedOutcome) -> Boolean,
        ) {
            val told = callers.count { caller -> caller.outcome?.let(isMeant) ?: false }.toLong()
            check(what, counted, told, told + gone)
        }
        check("requestsSent", stats.requestsSent) { it is WsDelegatedOk && !it.confirmed }
        check("requestsConfirmed", stats.requestsConfirmed) { it is WsDelegatedOk && it.confirmed }
        check("requestsRejected", stats.requestsRejected) { it is WsDelegatedError.EndpointRejected }
        check("requestsUnconfirmed", stats.requestsUnconfirmed) { it is WsDelegatedError.Unconfirmed }
        check("requestsMismatched", stats.requestsMismatched) { it is WsDelegatedError.PayloadMismatch }
        check("requestsOverLimit", stats.requestsOverLimit) { it is WsDelegatedError.TooManyPending }
    }

    private fun check(
        what: String,
        counted: Long,
        least: Long,
        most: Long = least,
    ) = violations.require(counted in least..most, Invariant.TRUE_STATS) {
        "$what is $counted, but $least${if (most > least) " to $most" else ""} were heard of"
    }
}
