package io.github.belay.internal.actor

import io.github.belay.WebSocketClosedException
import io.github.belay.WebSocketException
import io.github.belay.internal.machine.ConnectionState
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.outbound.TellOutcome
import kotlinx.coroutines.CompletableDeferred

/**
 * Callers who wait for the connection to come up or to go down. Owned by the actor: not thread-safe.
 *
 * A waiter is settled by what the state **is** after a turn, so that no short pulse can be missed within one.
 */
internal class Waiters {
    private val forReady = ArrayList<CompletableDeferred<Unit>>()
    private val forConnect = ArrayList<CompletableDeferred<Unit>>()
    private val forDown = ArrayList<CompletableDeferred<TellOutcome>>()

    /** [waiter] wants the connection ready, however long it takes. */
    fun awaitReady(waiter: CompletableDeferred<Unit>) = add(forReady, waiter)

    /** [waiter] wants the connection ready, and to hear when nobody tries any more. */
    fun awaitConnected(waiter: CompletableDeferred<Unit>) = add(forConnect, waiter)

    /** [waiter] wants the link gone. */
    fun awaitDown(waiter: CompletableDeferred<TellOutcome>) = add(forDown, waiter)

    /** Settles whom [status] and [state] concern; [lastCause] is what ended the newest link. */
    fun settle(
        status: WsConnectionStatus,
        state: ConnectionState,
        lastCause: WsDisconnectCause?,
    ) {
        if (forReady.isEmpty() && forConnect.isEmpty() && forDown.isEmpty()) return
        if (status == WsConnectionStatus.CONNECTED) {
            complete(forReady)
            complete(forConnect)
        }
        if (state is ConnectionState.Idle) {
            val text = "connection is down" + lastCause?.let { ": $it" }.orEmpty()
            fail(forConnect) { WebSocketException(text, lastCause) }
        }
        if (state is ConnectionState.Closed) {
            fail(forConnect) { WebSocketClosedException(state.cause) }
            fail(forReady) { WebSocketClosedException(state.cause) }
        }
        if (!isGoingDown(state)) {
            forDown.forEach { it.complete(TellOutcome.Done) }
            forDown.clear()
        }
    }

    private fun isGoingDown(state: ConnectionState): Boolean =
        state is ConnectionState.Stopping || state is ConnectionState.Restarting || state is ConnectionState.Closing

    private fun complete(waiters: MutableList<CompletableDeferred<Unit>>) {
        waiters.forEach { it.complete(Unit) }
        waiters.clear()
    }

    /** Each waiter gets an exception of its own: what one of them adds to it is not the others' business. */
    private inline fun fail(
        waiters: MutableList<CompletableDeferred<Unit>>,
        failure: () -> WebSocketException,
    ) {
        waiters.forEach { it.completeExceptionally(failure()) }
        waiters.clear()
    }

    /** Adds [waiter] and drops those whose callers have gone, so that polling with short limits leaves nothing behind. */
    private fun <T> add(
        waiters: MutableList<CompletableDeferred<T>>,
        waiter: CompletableDeferred<T>,
    ) {
        waiters.removeAll { !it.isActive }
        waiters.add(waiter)
    }
}
