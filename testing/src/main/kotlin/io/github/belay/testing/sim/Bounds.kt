package io.github.belay.testing.sim

/** Watches that nothing inside the client holds more than it may. */
internal class Bounds(
    private val settings: Settings,
    private val client: Client,
    private val topics: TopicRules,
    private val violations: Violations,
) {
    /** Looks at the inbound side; cheap. */
    fun checkInbound() {
        violations.require(topics.inside <= settings.inboundCapacity + BURST, Invariant.BOUNDS) {
            "${topics.inside} messages wait for the user, with room for ${settings.inboundCapacity}"
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

    private companion object {
        /** Ticks in one read: the largest flood, for the largest number of topics. */
        const val BURST = 3 * 30
    }
}
