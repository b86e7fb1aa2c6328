package io.github.belay.internal.session

import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.policy.NoPingPong
import io.github.belay.policy.WsPingPongStrategy
import kotlin.time.Duration

/** Hears of nothing that matters. */
private object Deaf : HeartbeatListener {
    override fun onPing() = Unit

    override fun onRoundTrip(roundTrip: Duration) = Unit

    override fun onMiss() = Unit

    override fun onInvalidPong() = Unit

    override fun onStrategyError(
        function: String,
        thrown: Exception,
    ) = Unit
}

/** The liveness of a link without limits; for tests that are about something else. */
internal fun silent(
    generation: Long,
    clock: Clock,
    outbound: OutboundQueue,
    strategy: WsPingPongStrategy = NoPingPong,
): Liveness =
    Liveness(
        Heartbeat(PingPlan(strategy), generation, clock, outbound, Deaf),
        LivenessLimits(silence = Duration.INFINITE, data = Duration.INFINITE),
        clock,
    ) { false }
