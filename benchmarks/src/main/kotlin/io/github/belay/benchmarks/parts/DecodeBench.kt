package io.github.belay.benchmarks.parts

import io.github.belay.codec.WsFrameDecoder
import io.github.belay.codec.WsFrameEncoder
import io.github.belay.codec.WsFrameSink
import io.github.belay.frame.WsFrame
import org.openjdk.jmh.annotations.Benchmark
import org.openjdk.jmh.annotations.BenchmarkMode
import org.openjdk.jmh.annotations.Fork
import org.openjdk.jmh.annotations.Measurement
import org.openjdk.jmh.annotations.Mode
import org.openjdk.jmh.annotations.OperationsPerInvocation
import org.openjdk.jmh.annotations.OutputTimeUnit
import org.openjdk.jmh.annotations.Param
import org.openjdk.jmh.annotations.Scope
import org.openjdk.jmh.annotations.Setup
import org.openjdk.jmh.annotations.State
import org.openjdk.jmh.annotations.Warmup
import java.nio.ByteBuffer
import java.util.concurrent.TimeUnit

private const val FRAMES = 1_000

/** One read of [FRAMES] frames through the decoder, beside the least that any reader has to do. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
open class DecodeBench {
    @Param("100", "1024")
    var payloadBytes = 0

    @Param("TEXT", "BINARY")
    var kind = ""

    private lateinit var wire: ByteBuffer
    private val decoder = WsFrameDecoder(maxFrameBytes = 1 shl 24, maxMessageBytes = 1 shl 24)
    private var seen = 0
    private val sink = WsFrameSink { seen += it.size }

    @Setup
    fun fill() {
        val payload = ByteArray(payloadBytes) { 'a'.code.toByte() }
        val frame = if (kind == "TEXT") WsFrame.text(payload.decodeToString()) else WsFrame.binary(payload)
        val encoder = WsFrameEncoder(keys = null)
        wire = ByteBuffer.allocateDirect((encoder.begin(frame) * FRAMES).toInt())
        encoder.write(wire)
        repeat(FRAMES - 1) {
            encoder.begin(frame)
            encoder.write(wire)
        }
        wire.flip()
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    fun decoder(): Int {
        seen = 0
        decoder.decode(wire.position(0), sink)
        return seen
    }

    /** Reads lengths and touches one byte of each payload. Checks nothing. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    fun bareSplitter(): Int {
        var at = 0
        var sum = 0
        while (at < wire.limit()) {
            var size = wire.get(at + 1).toInt() and 0x7F
            at += 2
            if (size == 126) {
                size = wire.getShort(at).toInt() and 0xFFFF
                at += 2
            }
            sum += wire.get(at) + size
            at += size
        }
        return sum
    }
}
