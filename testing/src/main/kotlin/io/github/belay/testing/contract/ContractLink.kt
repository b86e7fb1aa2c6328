package io.github.belay.testing.contract

import io.github.belay.frame.WsFrame
import io.github.belay.testing.RecordingListener
import io.github.belay.transport.WsTransportSession
import kotlin.time.Duration

/** One open link of a contract test, seen from both ends. */
public class ContractLink internal constructor(
    /** What the transport said. */
    public val listener: RecordingListener,
    /** The client's end. */
    public val session: WsTransportSession,
    /** The server's end. */
    public val connection: ContractConnection,
    private val patience: Duration,
) {
    /** Asks for a flush and returns at once. */
    public fun flush(): FlushProbe = FlushProbe(patience).also(session::flush)

    /** Writes [frames] and asks for a flush, and returns at once. */
    public fun send(vararg frames: WsFrame): FlushProbe {
        frames.forEach(session::write)
        return flush()
    }

    /**
     * Writes and flushes until a flush is stuck for [quietTime], because the server does not read, and the session is not
     * writable. Returns the flushes, one behind each frame of [PRESSURE_FRAME_BYTES]. Throws [AssertionError] after
     * [MAX_PRESSURE_BYTES].
     */
    public fun pressUntilNotWritable(quietTime: Duration): List<FlushProbe> {
        val frame = WsFrame.binary(ByteArray(PRESSURE_FRAME_BYTES))
        val flushes = mutableListOf(send(frame))
        while (flushes.last().endsWithin(quietTime) || session.isWritable) {
            if (flushes.size.toLong() * PRESSURE_FRAME_BYTES >= MAX_PRESSURE_BYTES) {
                throw AssertionError("flushes must get stuck but $MAX_PRESSURE_BYTES bytes left that nobody reads")
            }
            flushes += send(frame)
        }
        return flushes
    }

    /** Limits. */
    public companion object {
        /** Size of the frames that press against a server that does not read. */
        public const val PRESSURE_FRAME_BYTES: Int = 64 * 1024

        /** What a server that does not read may seem to take, in buffers of the kernel and the transport. */
        public const val MAX_PRESSURE_BYTES: Long = 256L * 1024 * 1024
    }
}
