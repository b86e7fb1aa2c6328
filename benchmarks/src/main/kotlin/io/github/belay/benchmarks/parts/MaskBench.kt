package io.github.belay.benchmarks.parts

import io.github.belay.codec.WsFrameDecoder
import io.github.belay.codec.WsFrameEncoder
import io.github.belay.codec.WsFrameSink
import io.github.belay.codec.WsMaskKeys
import io.github.belay.codec.WsSide
import io.github.belay.frame.WsFrame
import org.openjdk.jmh.annotations.Benchmark
import org.openjdk.jmh.annotations.BenchmarkMode
import org.openjdk.jmh.annotations.Fork
import org.openjdk.jmh.annotations.Measurement
import org.openjdk.jmh.annotations.Mode
import org.openjdk.jmh.annotations.OutputTimeUnit
import org.openjdk.jmh.annotations.Param
import org.openjdk.jmh.annotations.Scope
import org.openjdk.jmh.annotations.Setup
import org.openjdk.jmh.annotations.State
import org.openjdk.jmh.annotations.Warmup
import java.nio.ByteBuffer
import java.util.concurrent.TimeUnit

/** What masking adds to a frame that is written, and what taking the mask off costs a server. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
open class MaskBench {
    @Param("100", "1024", "16384")
    var payloadBytes = 0

    private lateinit var frame: WsFrame
    private lateinit var wire: ByteBuffer
    private lateinit var received: ByteBuffer
    private val masking = WsFrameEncoder(WsMaskKeys())
    private val plain = WsFrameEncoder(keys = null)
    private val server = WsFrameDecoder(1 shl 24, 1 shl 24, WsSide.SERVER, deflate = null)
    private var seen = 0
    private val sink = WsFrameSink { seen += it.size }

    @Setup
    fun fill() {
        frame = WsFrame.binary(ByteArray(payloadBytes) { it.toByte() })
        wire = ByteBuffer.allocateDirect(payloadBytes + 14)
        received = ByteBuffer.allocateDirect(payloadBytes + 14)
        masking.begin(frame)
        masking.write(received)
        received.flip()
    }

    @Benchmark
    fun writeMasked(): ByteBuffer = write(masking)

    @Benchmark
    fun writePlain(): ByteBuffer = write(plain)

    private fun write(encoder: WsFrameEncoder): ByteBuffer {
        wire.clear()
        encoder.begin(frame)
        encoder.write(wire)
        return wire
    }

    /** In place: each time what the time before has unmasked is masked again, which is the same work. */
    @Benchmark
    fun readMasked(): Int {
        server.decode(received.position(0), sink)
        return seen
    }
}
