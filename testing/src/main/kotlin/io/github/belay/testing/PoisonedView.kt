package io.github.belay.testing

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import java.nio.ByteBuffer

/**
 * Lends frames the hard way: each in a buffer that is overwritten when the call returns, through a view that throws from
 * then on. Whoever kept either finds out. Belongs to one link; not thread-safe.
 */
internal class PoisonedView {
    private val view = WsFrameView()

    /** Lends [frame] to [borrower] for the time of the call. */
    fun lend(
        frame: WsFrame,
        borrower: (WsFrameView) -> Unit,
    ) {
        val bytes = frame.payload.toByteArray()
        try {
            borrower(view.lend(frame.kind, ByteBuffer.wrap(bytes), offset = 0, bytes.size))
        } finally {
            view.takeBack()
            bytes.fill(POISON)
        }
    }

    private companion object {
        /** Not valid in UTF-8, so that text that was kept reads as damage. */
        const val POISON = 0xDE.toByte()
    }
}
