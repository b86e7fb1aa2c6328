package io.github.belay.internal.actor

import io.github.belay.lifecycle.WsLifecycleEvent
import org.slf4j.Logger
import org.slf4j.LoggerFactory

/**
 * Tells the log about the life of a connection: once for each change that a person wants to see. An outage lasts until a
 * link is stable; in it only the first loss and the first return are told, and the rest is debug, so that neither a server
 * that stays away nor one that accepts and closes at once floods the log. Owned by the actor: not thread-safe.
 */
internal class ConnectionLog(
    private val name: String,
    private val log: Logger = LoggerFactory.getLogger("io.github.belay.connection"),
) {
    private var inOutage = false

    /** Links that became ready in this outage. */
    private var returns = 0

    fun tell(event: WsLifecycleEvent) {
        when (event) {
            is WsLifecycleEvent.Disconnected -> {
                lost(event)
            }

            is WsLifecycleEvent.Ready -> {
                ready(event)
            }

            is WsLifecycleEvent.GaveUp, is WsLifecycleEvent.HighLatency, is WsLifecycleEvent.SubscriptionFailed -> {
                log.warn("{}: {}", name, event)
            }

            is WsLifecycleEvent.Connecting, is WsLifecycleEvent.Opened, is WsLifecycleEvent.Refused,
            is WsLifecycleEvent.Closed,
            -> {
                log.debug("{}: {}", name, event)
            }
        }
    }

    /** The link has been ready for so long that it counts as a success. */
    fun stable() {
        if (returns > 1) log.info("{}: stable again after {} links that did not hold", name, returns - 1)
        endOutage()
    }

    /** The outbound queue fills up. */
    fun queueFills(fill: Double) {
        log.warn("{}: the outbound queue is filling up: {} %", name, (fill * PERCENT).toInt())
    }

    private fun ready(event: WsLifecycleEvent.Ready) {
        if (inOutage) returns++
        if (returns > 1) log.debug("{}: {}", name, event) else log.info("{}: {}", name, event)
    }

    private fun lost(event: WsLifecycleEvent.Disconnected) {
        if (inOutage || !event.willReconnect) log.debug("{}: {}", name, event) else log.warn("{}: {}", name, event)
        // Down for good or on purpose is no outage; that somebody gave up is told by itself.
        if (event.willReconnect) inOutage = true else endOutage()
    }

    private fun endOutage() {
        inOutage = false
        returns = 0
    }

    private companion object {
        const val PERCENT = 100
    }
}
