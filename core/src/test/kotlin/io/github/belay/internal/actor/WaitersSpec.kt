package io.github.belay.internal.actor

import io.github.belay.WebSocketClosedException
import io.github.belay.WebSocketException
import io.github.belay.internal.machine.ConnectionState
import io.github.belay.internal.machine.History
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.outbound.TellOutcome
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.ExperimentalCoroutinesApi

private val history = History(generation = 1)
private val cause = WsDisconnectCause.ReadFailure("reset")

/** One waiter of each kind. */
private class Queue {
    val waiters = Waiters()
    val ready = CompletableDeferred<Unit>().also(waiters::awaitReady)
    val connected = CompletableDeferred<Unit>().also(waiters::awaitConnected)
    val down = CompletableDeferred<TellOutcome>().also(waiters::awaitDown)

    fun settle(
        status: WsConnectionStatus,
        state: ConnectionState,
        lastCause: WsDisconnectCause? = cause,
    ) = waiters.settle(status, state, lastCause)
}

@OptIn(ExperimentalCoroutinesApi::class)
private val Deferred<*>.failure: Throwable? get() = getCompletionExceptionOrNull()

@OptIn(ExperimentalCoroutinesApi::class)
class WaitersSpec :
    FunSpec({
        test("connected settles whoever waits to come up") {
            with(Queue()) {
                settle(CONNECTED, ConnectionState.Proving(history))
                ready.isCompleted shouldBe true
                connected.isCompleted shouldBe true
                ready.failure shouldBe null
            }
        }

        test("between attempts nobody is settled but who waits to go down") {
            for (state in listOf(ConnectionState.Waiting(history), ConnectionState.Opening(history))) {
                with(Queue()) {
                    settle(CONNECTING, state)
                    ready.isCompleted shouldBe false
                    connected.isCompleted shouldBe false
                    down.getCompleted() shouldBeSameInstanceAs TellOutcome.Done
                }
            }
        }

        test("while the link is being taken down nobody is settled") {
            val goingDown =
                listOf(
                    ConnectionState.Stopping(history),
                    ConnectionState.Restarting(history),
                    ConnectionState.Closing(history, cause),
                )
            for (state in goingDown) {
                with(Queue()) {
                    settle(DISCONNECTED, state)
                    listOf(ready, connected, down).none { it.isCompleted } shouldBe true
                }
            }
        }

        test("down for good until the next connect fails who connects, and lets others wait for that next connect") {
            with(Queue()) {
                settle(DISCONNECTED, ConnectionState.Idle(history))
                val failure = connected.failure.shouldBeInstanceOf<WebSocketException>()
                failure.disconnectCause shouldBeSameInstanceAs cause
                failure.message shouldBe "connection is down: read_failure(reset)"
                ready.isCompleted shouldBe false
                down.getCompleted() shouldBeSameInstanceAs TellOutcome.Done
            }
        }

        test("closed settles everybody") {
            with(Queue()) {
                settle(CLOSED, ConnectionState.Closed(cause))
                for (waiter in listOf(ready, connected)) {
                    waiter.failure.shouldBeInstanceOf<WebSocketClosedException>().disconnectCause shouldBeSameInstanceAs
                        cause
                }
                down.getCompleted() shouldBeSameInstanceAs TellOutcome.Done
            }
        }

        test("a waiter is settled once, and the next one by the next state") {
            with(Queue()) {
                settle(CONNECTED, ConnectionState.Serving(history))
                val later = CompletableDeferred<Unit>().also(waiters::awaitReady)
                later.isCompleted shouldBe false
                settle(CLOSED, ConnectionState.Closed(cause))
                ready.failure shouldBe null
                later.failure.shouldBeInstanceOf<WebSocketClosedException>()
            }
        }

        test("a caller that has gone is left alone") {
            with(Queue()) {
                ready.cancel()
                settle(CONNECTED, ConnectionState.Serving(history))
                ready.isCancelled shouldBe true
                connected.failure shouldBe null
            }
        }
    })
