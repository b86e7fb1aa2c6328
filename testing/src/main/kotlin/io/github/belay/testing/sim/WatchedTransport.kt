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
    /** Called before the first frame of each read. */
    private val onRead: () -> Unit,
    /** Called with each tick and its bytes. */
    private val onTick: (Script.Tick, Int) -> Unit,
    private val tally: Tally,
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

        /** The read has begun and is not complete. */
        private var isInRead = false

        fun endAttempt() {
            if (isAttempting) count(attempts = -1)
            isAttempting = false
        }

        override fun onOpen(session: WsTransportSession) {
            endAttempt()
            count(links = 1)
            trace.note("transport", "open")
            listener.onOpen(WatchedSession(session))
        }

        override fun onConnectFailed(failure: WsConnectFailure) {
            endAttempt()
            trace.note("transport", failure)
            if (failure is WsConnectFailure.Rejected) onRejected(failure)
            listener.onConnectFailed(failure)
        }

        override fun onFrame(frame: WsFrameView) {
            if (!isInRead) onRead()
            isInRead = true
            if (frame.kind == WsFrameKind.TEXT && !isPoisoned) look(frame.decodeToString(), frame.size)
            listener.onFrame(frame)
        }

        override fun onReadComplete() {
            isInRead = false
            listener.onReadComplete()
        }

        private fun look(
            text: String,
            bytes: Int,
        ) {
            val words = Script.parse(text)
            if (words is Script.Tick) onTick(words, bytes)
            isPoisoned = words == Script.Poison
        }

        override fun onClosed(end: WsLinkEnd) {
            count(links = -1)
            trace.note("transport", "closed: $end")
            listener.onClosed(end)
        }
    }

    /** Takes note when reading stops and goes on. */
    private inner class WatchedSession(
        private val session: WsTransportSession,
    ) : WsTransportSession by session {
        private var isReading = true

        override fun setReading(enabled: Boolean) {
            if (enabled != isReading) {
                isReading = enabled
                val what = if (enabled) "reading goes on" else "reading stops"
                trace.note("transport", what)
                tally.add(what)
            }
            session.setReading(enabled)
        }
    }
}
