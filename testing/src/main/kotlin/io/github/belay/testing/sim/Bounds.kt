package io.github.belay.testing.sim

/** Watches that nothing inside the client holds more than it may. */
internal class Bounds(
    private val settings: Settings,
    private val client: Client,
    private val topics: TopicRules,
    private val violations: Violations,
) {
    /** Looks at the inbound side as a read begins: with no room left, reading should have stopped before. */
    fun checkRead() {
        violations.require(topics.inside <= settings.inboundCapacity, Invariant.BOUNDS) {
            "reads on while ${topics.inside} messages wait for the user, with room for ${settings.inboundCapacity}"
        }
        violations.require(topics.insideBytes <= settings.maxInboundBytes, Invariant.BOUNDS) {
            "reads on while ${topics.insideBytes} bytes wait for the user, with room for ${settings.maxInboundBytes}"
        }
    }

    /** Looks at the outbound side; to be called when something may have been added. */
    fun checkOutbound() {
        val stats = client.stats()
        violations.require(stats.queuedFrames <= settings.outboundCapacity, Invariant.BOUNDS) {
            "${stats.queuedFrames} frames wait to be sent, with room for ${settings.outboundCapacity}"
        }
        violations.require(stats.queuedBytes <= settings.maxQueuedBytes, Invariant.BOUNDS) {
            "${stats.queuedBytes} bytes wait to be sent, with room for ${settings.maxQueuedBytes}"
        }
        violations.require(stats.pendingRequests <= settings.maxPendingRequests, Invariant.BOUNDS) {
            "${stats.pendingRequests} requests are in flight, with room for ${settings.maxPendingRequests}"
        }
    }

    /** Of what was called at once, [taken] calls wait now: the connection has had no turn to take them in. */
    fun checkCommands(taken: Int) {
        violations.require(taken <= MAX_COMMANDS, Invariant.BOUNDS) {
            "$taken calls were taken at once, with room for $MAX_COMMANDS commands"
        }
    }

    private companion object {
        /** Commands that a connection holds until it takes its next turn. */
        const val MAX_COMMANDS = 1024
    }
}
