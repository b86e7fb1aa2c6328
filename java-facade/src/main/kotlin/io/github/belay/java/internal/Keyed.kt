@file:JvmName("Keyed")

package io.github.belay.java.internal

import io.github.belay.frame.WsFrame
import io.github.belay.java.WsSubscriptionHold
import io.github.belay.subscription.KeyedSubscriptions
import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionFailureAction
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionProtocol
import io.github.belay.subscription.WsSubscriptionSet
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.time.toKotlinDuration
import io.github.belay.subscription.WsSubscriptionHold as KotlinHold

// What Java source cannot call, and what marks the threads that run Java's own.

internal fun keyedSubscriptions(
    protocol: WsSubscriptionProtocol,
    initial: Collection<String>,
    maxKeysPerMessage: Int,
    pacing: Duration,
    ackTimeout: Duration?,
    onRejected: WsSubscriptionFailureAction,
    onAckTimeout: WsSubscriptionFailureAction,
): KeyedSubscriptions =
    KeyedSubscriptions(
        protocol,
        initial,
        maxKeysPerMessage,
        pacing.toKotlinDuration(),
        ackTimeout?.toKotlinDuration(),
        onRejected,
        onAckTimeout,
    )

/** The same [set], whose functions run marked. */
internal fun marked(
    set: WsSubscriptionSet,
    threads: ClientThreads,
): WsSubscriptionSet =
    when (set) {
        is WsSubscriptionManager -> {
            MarkedManager(set, threads)
        }

        is KeyedSubscriptions -> {
            KeyedSubscriptions(
                MarkedProtocol(set.protocol, threads),
                set.initial,
                set.maxKeysPerMessage,
                set.pacing,
                set.ackTimeout,
                set.onRejected,
                set.onAckTimeout,
            )
        }
    }

private class MarkedManager(
    private val manager: WsSubscriptionManager,
    private val threads: ClientThreads,
) : WsSubscriptionManager {
    override fun initialSubscriptions() = threads.marked { manager.initialSubscriptions() }

    override fun updateSubscriptions(action: WsSubscriptionAction) =
        threads.marked { manager.updateSubscriptions(action) }

    override fun maybeSubscriptionResponse(frame: WsFrame) = threads.marked { manager.maybeSubscriptionResponse(frame) }

    override fun handleSubscriptionResponse(frame: WsFrame) =
        threads.marked { manager.handleSubscriptionResponse(frame) }
}

private class MarkedProtocol(
    private val protocol: WsSubscriptionProtocol,
    private val threads: ClientThreads,
) : WsSubscriptionProtocol {
    override fun subscribe(
        id: Long,
        keys: List<String>,
    ) = threads.marked { protocol.subscribe(id, keys) }

    override fun unsubscribe(
        id: Long,
        keys: List<String>,
    ) = threads.marked { protocol.unsubscribe(id, keys) }

    override fun maybeSubscriptionResponse(frame: WsFrame) =
        threads.marked { protocol.maybeSubscriptionResponse(frame) }

    override fun handleSubscriptionResponse(frame: WsFrame) =
        threads.marked { protocol.handleSubscriptionResponse(frame) }
}

/** A [hold] whose outcome is a future. */
internal class FutureHold(
    private val hold: KotlinHold,
    private val outcome: CompletableFuture<Map<String, WsSubscriptionOutcome>>,
) : WsSubscriptionHold {
    override fun keys(): List<String> = hold.keys

    override fun outcome(): CompletableFuture<Map<String, WsSubscriptionOutcome>> = outcome

    override fun close() = hold.close()
}
