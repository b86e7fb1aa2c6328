package io.github.belay.testing.sim

import io.github.belay.lifecycle.WsLifecycleEvent

/** Watches that the events of each generation come in order, that generations grow, and that the words match the deeds. */
internal class LifecycleRules(
    private val violations: Violations,
) {
    private enum class Phase { NONE, CONNECTING, OPENED, READY, ENDED, CLOSED }

    private var phase = Phase.NONE
    private var generation = 0L
    private var hasOpened = false
    private var last: WsLifecycleEvent? = null

    val isClosed: Boolean get() = phase == Phase.CLOSED

    fun on(event: WsLifecycleEvent) {
        val error =
            when (event) {
                is WsLifecycleEvent.Connecting -> {
                    connecting(event)
                }

                is WsLifecycleEvent.Opened -> {
                    opened(event)
                }

                is WsLifecycleEvent.Ready -> {
                    move(event.generation, Phase.READY, Phase.OPENED)
                }

                is WsLifecycleEvent.Disconnected -> {
                    disconnected(event)
                }

                is WsLifecycleEvent.HighLatency -> {
                    "came without a link that is ready".takeIf { phase != Phase.READY }
                }

                is WsLifecycleEvent.Refused -> {
                    "came in the middle of a link".takeIf { isUp }
                }

                is WsLifecycleEvent.SubscriptionFailed -> {
                    "came without a link".takeUnless { isUp }
                }

                is WsLifecycleEvent.GaveUp -> {
                    gaveUp()
                }

                is WsLifecycleEvent.Closed -> {
                    "came twice"
                        .takeIf {
                            phase == Phase.CLOSED
                        }.also { phase = Phase.CLOSED }
                }
            }
        violations.require(error == null, Invariant.LIFECYCLE_ORDER) { "$event $error, after $last" }
        last = event
    }

    private val isUp: Boolean get() = phase == Phase.CONNECTING || phase == Phase.OPENED || phase == Phase.READY

    private fun connecting(event: WsLifecycleEvent.Connecting): String? {
        val error =
            when {
                phase == Phase.CLOSED -> "came after the end"
                isUp -> "came before generation $generation ended"
                event.generation <= generation -> "has a generation that was there before"
                else -> null
            }
        generation = event.generation
        phase = Phase.CONNECTING
        return error
    }

    private fun opened(event: WsLifecycleEvent.Opened): String? {
        val lie = "is wrong about earlier links".takeIf { event.isReconnect != hasOpened }
        hasOpened = true
        return move(event.generation, Phase.OPENED, Phase.CONNECTING) ?: lie
    }

    private fun disconnected(event: WsLifecycleEvent.Disconnected): String? {
        val lie =
            "is wrong about having been open".takeIf {
                event.wasOpen !=
                    (phase == Phase.OPENED || phase == Phase.READY)
            }
        return move(event.generation, Phase.ENDED, Phase.CONNECTING, Phase.OPENED, Phase.READY) ?: lie
    }

    private fun gaveUp(): String? {
        val cause = last
        return if (cause is WsLifecycleEvent.Disconnected && !cause.willReconnect) null else "came without a final loss"
    }

    private fun move(
        generation: Long,
        to: Phase,
        vararg from: Phase,
    ): String? {
        val error =
            when {
                generation != this.generation -> "speaks of generation $generation during ${this.generation}"
                phase !in from -> "came while the link was $phase"
                else -> null
            }
        phase = to
        return error
    }
}
