package io.github.belay.testing

import java.util.concurrent.atomic.AtomicReference

/**
 * Watches whether a transport keeps the order that the contract of a listener promises: one outcome first, nothing
 * before it, nothing after the end, and one call at a time. Not thread-safe, but for [enter] and [leave].
 */
internal class ListenerRules {
    private enum class Phase { CONNECTING, OPEN, VIOLATED, OVER }

    private val caller = AtomicReference<Thread>()
    private var phase = Phase.CONNECTING

    /** The rule that a call from this thread breaks by coming now; null when it breaks none. [leave] follows. */
    fun enter(): String? {
        val other = caller.getAndSet(Thread.currentThread())
        return other?.let { "called by ${Thread.currentThread().name} while a call by ${it.name} was under way" }
    }

    fun leave() {
        caller.set(null)
    }

    /** The rule that [event] breaks by coming now; null when it breaks none. */
    fun breachOf(event: ListenerEvent): String? {
        val before = phase
        val allowed =
            when (event) {
                is ListenerEvent.Opened, is ListenerEvent.ConnectFailed -> {
                    before == Phase.CONNECTING
                }

                is ListenerEvent.FrameCame, is ListenerEvent.Violated -> {
                    before == Phase.OPEN
                }

                is ListenerEvent.Closed, ListenerEvent.ReadCompleted, ListenerEvent.BecameWritable -> {
                    before == Phase.OPEN || before == Phase.VIOLATED
                }
            }
        when (event) {
            is ListenerEvent.Opened -> phase = Phase.OPEN
            is ListenerEvent.Violated -> phase = Phase.VIOLATED
            is ListenerEvent.ConnectFailed, is ListenerEvent.Closed -> phase = Phase.OVER
            else -> Unit
        }
        return if (allowed) null else "$event came while the link was $before"
    }
}
