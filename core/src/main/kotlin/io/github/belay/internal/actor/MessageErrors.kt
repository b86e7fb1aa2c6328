package io.github.belay.internal.actor

import io.github.belay.endpoint.WsMessageErrorPolicy
import io.github.belay.frame.typeName
import io.github.belay.internal.machine.ConnectionInput
import io.github.belay.internal.machine.LinkInput
import io.github.belay.lifecycle.WsDisconnectCause
import kotlin.concurrent.Volatile

/** Applies the user's policy to messages that the endpoint failed on. Safe from any thread. */
internal class MessageErrors(
    private val policy: WsMessageErrorPolicy,
    private val post: (Input.Fact) -> Unit,
) {
    /** The link whose end was asked for last: what else of it fails changes nothing. */
    @Volatile
    private var condemned = NO_LINK

    /** [function] of the endpoint threw [thrown] at a message of the link [generation]. */
    fun failed(
        function: String,
        generation: Long,
        thrown: Exception,
    ) {
        if (policy == WsMessageErrorPolicy.SKIP || generation == condemned) return
        condemned = generation
        val cause = WsDisconnectCause.InternalError(function, thrown.typeName(), thrown)
        post(
            if (policy == WsMessageErrorPolicy.CLOSE) {
                Input.OfConnection(ConnectionInput.Close(cause))
            } else {
                Input.OfLink(LinkInput.Troubled(generation, cause))
            },
        )
    }

    companion object {
        /** Of a message that came by no link. */
        const val NO_LINK = -1L
    }
}
