package io.github.belay.internal.actor

import io.github.belay.WebSocketActorConfig
import io.github.belay.frame.CloseCode
import io.github.belay.internal.delivery.Delivery
import io.github.belay.lifecycle.WsDisconnectCause
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** The coroutine in which the user gets its messages, and its end. */
internal class Delivering(
    private val delivery: Delivery<*>,
    private val scope: CoroutineScope,
    dispatcher: CoroutineDispatcher,
    private val config: WebSocketActorConfig,
) {
    private val running =
        scope.launch(
            dispatcher + CoroutineName("ws-delivery-${config.name}"),
            // Inline the dispatcher is for what a handler does once it has suspended.
            if (config.inlineDelivery) CoroutineStart.UNDISPATCHED else CoroutineStart.DEFAULT,
        ) { delivery.run() }

    /** The connection has ended because of [cause]: handlers and collectors have the close timeout to take what is left. */
    fun finish(cause: WsDisconnectCause) {
        delivery.finish()
        val patience =
            scope.launch(CoroutineName("ws-close-${config.name}")) {
                // Whoever ends at once does not want to wait for handlers and collectors either.
                val isAbrupt = (cause as? WsDisconnectCause.Requested)?.code == CloseCode.ABNORMAL
                if (!isAbrupt) delay(config.closeTimeout)
                running.cancel()
            }
        running.invokeOnCompletion {
            patience.cancel()
            delivery.abandon()
        }
    }
}
