package io.github.belay.internal.actor

import io.github.belay.WebSocketActorConfig
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.internal.machine.ConnectionEffect
import io.github.belay.internal.machine.Verdict
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.policy.BreakerPermit
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.WsRetry
import io.github.belay.policy.nextDelay
import kotlin.random.Random
import kotlin.time.Duration

/**
 * Asks endpoint, strategy and breaker what to do about attempts and losses. Owned by the actor: not thread-safe.
 *
 * The breaker counts attempts: a permit is settled as a success when the link proved stable, as a failure when it ended
 * before, and as neither when the user or the endpoint wanted the end.
 */
internal class Judge(
    private val config: WebSocketActorConfig,
    private val endpoint: WsEndpointHandler<*>,
    private val random: Random,
    private val clock: Clock,
    private val guard: Guard,
) {
    private val breaker = config.circuitBreaker
    private var permit: BreakerPermit.Granted? = null
    private var lastAttemptAt = Duration.ZERO

    /** Asks the breaker for an attempt; null when it may begin, else how long to stay away. */
    fun refusal(): Duration? {
        when (val answer = breaker?.tryAcquire()) {
            is BreakerPermit.Refused -> return answer.retryAfter
            is BreakerPermit.Granted -> permit = answer
            null -> Unit
        }
        lastAttemptAt = clock.now()
        return null
    }

    /** The link proved stable. */
    fun credit() {
        settle { breaker?.onSuccess(it) }
        resetStrategy()
    }

    /** The end of the attempt says nothing about the server. */
    fun pardon() {
        settle { breaker?.onNeutral(it) }
    }

    fun resetStrategy() {
        guard.run("reconnect strategy", Unit) { config.reconnect.reset() }
    }

    /** What to do about the loss that [loss] describes. */
    fun judge(loss: ConnectionEffect.Judge): Verdict {
        if (isWanted(loss.cause)) pardon() else settle { breaker?.onFailure(it) }
        val action =
            guard.run("classifyDisconnect", WsEndpointHandler.defaultAction(loss.cause)) {
                endpoint.classifyDisconnect(loss.cause)
            }
        if (action == WsDisconnectAction.ABORT) return Verdict.GiveUp(WsGiveUpReason.ABORTED)
        val retry = WsRetry(loss.failures, loss.elapsed, random.nextDouble())
        if (!mayRetry(retry)) return Verdict.GiveUp(reasonNotToRetry(retry.draw))
        val asked = (loss.cause as? WsDisconnectCause.HandshakeFailed)?.retryAfter ?: Duration.ZERO
        return Verdict.Retry(maxOf(delay(action, retry), asked))
    }

    /** What the endpoint wants says nothing about whether the server can be reached. */
    private fun isWanted(cause: WsDisconnectCause): Boolean =
        cause is WsDisconnectCause.EndpointRequested || cause is WsDisconnectCause.SequenceBroken

    private fun delay(
        action: WsDisconnectAction,
        retry: WsRetry,
    ): Duration =
        if (action == WsDisconnectAction.IMMEDIATE_RECONNECT) {
            config.immediateFloor.delay(clock.now() - lastAttemptAt)
        } else {
            guard.run("reconnect strategy", fallback.nextDelay(retry)) { config.reconnect.nextDelay(retry) }
        }

    private fun mayRetry(retry: WsRetry): Boolean =
        guard.run("reconnect strategy", true) { config.reconnect.mayRetry(retry) }

    /** A strategy that would not even allow a first retry has nothing that could be exhausted. */
    private fun reasonNotToRetry(draw: Double): WsGiveUpReason =
        if (mayRetry(WsRetry(attempt = 1, elapsed = Duration.ZERO, draw = draw))) {
            WsGiveUpReason.EXHAUSTED
        } else {
            WsGiveUpReason.RETRY_SUPPRESSED
        }

    private fun settle(report: (BreakerPermit.Granted) -> Unit) {
        permit?.let(report)
        permit = null
    }

    private companion object {
        /** Stands in when a user's strategy throws. */
        val fallback = ExponentialBackoff()
    }
}
