package io.github.belay.internal.actor

import io.github.belay.lifecycle.WsLifecycleEvent
import org.slf4j.LoggerFactory

/**
 * Tells the log about the life of a connection: once for each change that a person wants to see. A failed attempt within
 * an outage is debug, so that a server that stays away does not flood the log.
 */
internal class ConnectionLog(
    private val name: String,
) {
    private var inOutage = false

    fun tell(event: WsLifecycleEvent) {
        when (event) {
            is WsLifecycleEvent.Disconnected -> {
                lost(event)
            }

            is WsLifecycleEvent.Ready -> {
                inOutage = false
                log.info("{}: {}", name, event)
            }

            is WsLifecycleEvent.GaveUp -> {
                log.warn("{}: {}", name, event)
            }

            is WsLifecycleEvent.Connecting, is WsLifecycleEvent.Opened, is WsLifecycleEvent.Refused,
            is WsLifecycleEvent.Closed,
            -> {
                log.debug("{}: {}", name, event)
            }
        }
    }

    private fun lost(event: WsLifecycleEvent.Disconnected) {
        if (inOutage || !event.willReconnect) log.debug("{}: {}", name, event) else log.warn("{}: {}", name, event)
        inOutage = true
    }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.belay.connection")
    }
}
