package io.github.belay.ktor.internal

import io.github.belay.transport.WsConnectRequest
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/** One [UpgradeCall] under way, as a child of [scope], on a client that is given back when it ends. */
internal class UpgradeTry(
    scope: CoroutineScope,
    request: WsConnectRequest,
    target: UpgradeTarget,
    private val lease: ClientLease,
) {
    val call: UpgradeCall = UpgradeCall(lease.client, request, target)

    /** What the server's certificate calls it, where nothing validates that; null elsewhere. */
    val nameSeen: String? get() = lease.client.blindTrust?.nameSeen

    /**
     * False while ending the call might leave a socket behind: once the link is open, until it has ended in order. An
     * upgrade alone is too short to get stuck in a write. Written on the link's thread.
     */
    @Volatile
    var isClean: Boolean = true

    private val job: Job = scope.launch(CoroutineName("ws-call")) { call.run() }

    init {
        // Not in the coroutine: one that is cancelled before it starts never runs its body.
        job.invokeOnCompletion { lease.release(isClean) }
    }

    /** Ends the call, and with it the link that it carries. Idempotent. */
    fun end() {
        job.cancel()
    }
}
