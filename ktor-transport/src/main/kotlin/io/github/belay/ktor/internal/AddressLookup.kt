package io.github.belay.ktor.internal

import io.github.belay.transport.WsServerNames
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runInterruptible
import java.net.InetAddress

/**
 * Looks names up, on threads of its own: a name service that does not answer holds up neither the sockets of the links
 * that are open nor the caller's time limit.
 */
internal class AddressLookup(
    private val scope: CoroutineScope,
    private val custom: (suspend (hostname: String) -> List<String>)?,
) {
    private val threads = Dispatchers.IO.limitedParallelism(MAX_LOOKUPS, "belay-ktor-lookup")

    /**
     * The addresses of [host], in the order of the name service; an IP literal is its own. Suspends until they are known.
     * Returns at once when cancelled, although the platform's lookup then goes on until it has an answer for nobody.
     */
    suspend fun addressesOf(host: String): List<String> {
        if (WsServerNames.addressOf(host) != null) return listOf(host)
        val lookup =
            scope.async(threads + CoroutineName("ws-lookup")) {
                custom?.invoke(host)
                    ?: platformAddressesOf(host)
            }
        try {
            return lookup.await()
        } finally {
            lookup.cancel()
        }
    }

    private suspend fun platformAddressesOf(host: String): List<String> =
        runInterruptible { InetAddress.getAllByName(host) }.map { it.hostAddress }

    private companion object {
        /** Lookups at a time. Further ones wait, within the time limits of their opens. */
        const val MAX_LOOKUPS = 16
    }
}
