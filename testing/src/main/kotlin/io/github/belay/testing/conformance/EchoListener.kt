package io.github.belay.testing.conformance

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.testing.ListenerEvent
import io.github.belay.testing.RecordingListener
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsTransportSession
import kotlin.time.Duration

/**
 * The owner of the link in each case: sends text and binary messages back, answers a Close and a violation with a Close
 * frame, and never answers a ping, so that a pong on the wire is the transport's.
 */
internal class EchoListener(
    patience: Duration,
) : RecordingListener(patience) {
    /** Null before the link is open. */
    @Volatile var session: WsTransportSession? = null
        private set

    /** What is wrong with a control frame that no listener should have got; null as long as that did not happen. */
    @Volatile var malformed: String? = null
        private set

    override fun onFrame(frame: WsFrameView) {
        try {
            super.onFrame(frame)
        } catch (badClose: WsProtocolException) {
            giveUp(badClose)
        } catch (tooLong: IllegalArgumentException) {
            giveUp(tooLong)
        }
    }

    private fun giveUp(cause: Exception) {
        malformed = cause.message
        session?.abort()
    }

    override fun onEvent(event: ListenerEvent) {
        when (event) {
            is ListenerEvent.Opened -> session = event.session
            is ListenerEvent.FrameCame -> answer(event.frame)
            is ListenerEvent.Violated -> fail(event.violation.closeCode)
            ListenerEvent.ReadCompleted -> session?.flush(IGNORED)
            else -> return
        }
    }

    private fun answer(frame: WsFrame) {
        if (frame is WsFrame.Text || frame is WsFrame.Binary || frame is WsFrame.Close) session?.write(frame)
    }

    private fun fail(code: Int) {
        val open = session ?: return
        if (!CloseCode.isAllowedOnWire(code)) return open.abort()
        open.write(WsFrame.close(code))
        open.flush(IGNORED)
    }

    private companion object {
        /** What did not get out is missing at the server, which tells. */
        val IGNORED = WsFlushListener { }
    }
}
