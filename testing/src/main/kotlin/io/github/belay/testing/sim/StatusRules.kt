package io.github.belay.testing.sim

import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED

/** Watches that the public status moves along its graph. */
internal class StatusRules(
    private val violations: Violations,
) {
    private var current = DISCONNECTED

    fun on(next: WsConnectionStatus) {
        // The first value that a collector gets is where things stand.
        if (next == current) return
        violations.require(
            next in allowed.getValue(current),
            Invariant.STATUS_GRAPH,
        ) { "$current was followed by $next" }
        current = next
    }

    private companion object {
        val allowed =
            mapOf(
                DISCONNECTED to setOf(CONNECTING, CLOSED),
                CONNECTING to setOf(CONNECTED, DISCONNECTED, CLOSED),
                CONNECTED to setOf(DISCONNECTED, CLOSED),
                CLOSED to emptySet(),
            )
    }
}
