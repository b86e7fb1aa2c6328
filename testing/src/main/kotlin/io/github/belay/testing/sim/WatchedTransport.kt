package io.github.belay.testing.sim

import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession

/** Passes everything through to [transport] and watches that there is never more than one link, or attempt, at a time. */
internal class WatchedTransport(
    private val transport: WsTransport,
    private val violations: Violations,
    private val trace: RunTrace,
    /** Called before each attempt. */
    private val onAttempt: () -> Unit,
    private val onRejected: (WsConnectFailure.Rejected) -> Unit,
    private val onTick: (Script.Tick) -> Unit,
) : WsTransport by transport {
    private var attempts = 0
    private var links = 0

    override fun connect(
        request: WsConnectRequest,
        listener: WsTransportListener,
    ): WsConnectAttempt {
        onAttempt()
        count(attempts = 1)
        val watch = Watch(listener)
        val attempt = transport.connect(request, watch)
        return WsConnectAttempt {
            attempt.cancel()
            watch.endAttempt()
        }
    }

    private fun count(
        attempts: Int = 0,
        links: Int = 0,
    ) {
        this.attempts += attempts
        this.links += links
        violations.require(this.links <= 1 && this.attempts <= 1, Invariant.ONE_LINK) {
            "${this.links} links are open and ${this.attempts} attempts under way"
        }
    }

    private inner class Watch(
        private val listener: WsTransportListener,
    ) : WsTransportListener by listener {
        private var isAttempting = true

        /** The ingress has thrown: nothing that follows is delivered. */
        private var isPoisoned = false

        fun endAttempt() {
            if (isAttempting) count(attempts = -1)
            isAttempting = false
        }

        override fun onOpen(session: WsTransportSession) {
            endAttempt()
            count(links = 1)
            trace.note("transport", "open")
            listener.onOpen(session)
        }

        override fun onConnectFailed(failure: WsConnectFailure) {
            endAttempt()
            trace.note("transport", failure)
            if (failure is WsConnectFailure.Rejected) onRejected(failure)
            listener.onConnectFailed(failure)
        }

        override fun onFrame(frame: WsFrameView) {
            if (frame.kind == WsFrameKind.TEXT && !isPoisoned) look(frame.decodeToString())
            listener.onFrame(frame)
        }

        private fun look(text: String) {
            val words = Script.parse(text)
            if (words is Script.Tick) onTick(words)
            isPoisoned = words == Script.Poison
        }

        override fun onClosed(end: WsLinkEnd) {
            count(links = -1)
            trace.note("transport", "closed: $end")
            listener.onClosed(end)
        }
    }
}
