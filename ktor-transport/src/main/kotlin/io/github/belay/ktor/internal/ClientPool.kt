package io.github.belay.ktor.internal

/**
 * The clients of one transport. A client lives as long as it has links.
 *
 * Ktor cannot take down a single socket whose peer has stopped reading: a write waits for the selector, and nothing but
 * the end of the client ends that wait. So the client of a link that did not end in order is retired: it takes no further
 * link and is ended with its last one, at once if there is none. Clients are by host and port and carry at most
 * [MAX_LINKS] links, which bounds whose socket can wait for whom.
 */
internal class ClientPool(
    private val settings: EngineSettings,
) {
    private val lock = Any()

    /** Clients in use, full and retired ones among them. Under [lock]. */
    private val clients = HashMap<ClientKey, MutableList<SharedClient>>()

    /** A client for [key], to be given back by [ClientLease.release] exactly once. */
    fun lease(key: ClientKey): ClientLease {
        val client =
            synchronized(lock) {
                val known = clients.getOrPut(key) { ArrayList(1) }
                val free = known.firstOrNull { !it.isRetired && it.links < MAX_LINKS }
                (free ?: SharedClient(key, settings).also(known::add)).also { it.links++ }
            }
        return ClientLease(client, this)
    }

    /** Takes back what [lease] gave. [isClean] says that no socket can be left behind. */
    fun giveBack(
        client: SharedClient,
        isClean: Boolean,
    ) {
        val isLast =
            synchronized(lock) {
                client.links--
                if (!isClean) client.isRetired = true
                (client.links == 0).also { if (it) forget(client) }
            }
        if (isLast) client.end()
    }

    private fun forget(client: SharedClient) {
        val known = clients[client.key] ?: return
        known -= client
        if (known.isEmpty()) clients -= client.key
    }

    companion object {
        /** One selector thread for each so many links to one place. */
        const val MAX_LINKS: Int = 64
    }
}

/** The use of one client by one link. */
internal class ClientLease(
    val client: SharedClient,
    private val pool: ClientPool,
) {
    /** Gives the client back; [isClean] only if the link ended in order. */
    fun release(isClean: Boolean): Unit = pool.giveBack(client, isClean)
}
