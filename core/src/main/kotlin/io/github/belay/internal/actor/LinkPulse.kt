package io.github.belay.internal.actor

import io.github.belay.internal.machine.LinkInput
import io.github.belay.internal.session.HeartbeatListener
import io.github.belay.internal.session.LatencyWatch
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.WsLatencyAction
import io.github.belay.policy.WsLatencyPolicy
import kotlin.time.Duration

/** Tells statistics, latency policy and owner of the heartbeat of one link. */
internal class LinkPulse(
    private val generation: Long,
    private val policy: WsLatencyPolicy?,
    private val stats: StatsRecorder,
    private val guard: Guard,
    private val post: (Input.Fact) -> Unit,
) : HeartbeatListener {
    private val latency = policy?.let(::LatencyWatch)

    override fun onPing() = stats.pingSent()

    override fun onRoundTrip(roundTrip: Duration) {
        stats.pongReceived(roundTrip)
        val breach = latency?.sample(roundTrip)
        if (breach != null && policy != null) slow(policy, breach)
    }

    private fun slow(
        policy: WsLatencyPolicy,
        breach: LatencyWatch.Breach,
    ) {
        val threshold = policy.threshold.inWholeMicroseconds
        when (policy.action) {
            WsLatencyAction.REPORT -> {
                val event =
                    WsLifecycleEvent.HighLatency(
                        generation,
                        policy.percentile,
                        breach.observedMicros,
                        threshold,
                        breach.samples,
                    )
                post(Input.Notice(generation, event))
            }

            WsLatencyAction.RECONNECT -> {
                val cause =
                    WsDisconnectCause.HighLatency(policy.percentile, breach.observedMicros, threshold, breach.samples)
                post(Input.OfLink(LinkInput.Troubled(generation, cause)))
            }
        }
    }

    override fun onMiss() = stats.pongMissed()

    override fun onInvalidPong() = stats.parseError("heartbeat", "invalid pong")

    override fun onStrategyError(
        function: String,
        thrown: Exception,
    ) = guard.failed(function, thrown)
}
