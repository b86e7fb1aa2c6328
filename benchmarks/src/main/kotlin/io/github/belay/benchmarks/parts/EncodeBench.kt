package io.github.belay.benchmarks.parts

import io.github.belay.codec.WsFrameEncoder
import io.github.belay.codec.WsMaskKeys
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

private const val FRAMES = 500

/** Frames into one direct buffer, masked with fresh keys, beside the copy that no writer can do without. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
open class EncodeBench {
    @Param("100", "1024")
    var payloadBytes = 0

    private lateinit var frame: WsFrame
    private lateinit var payload: ByteArray
    private lateinit var wire: ByteBuffer
    private val encoder = WsFrameEncoder(WsMaskKeys())

    @Setup
    fun fill() {
        payload = ByteArray(payloadBytes) { it.toByte() }
        frame = WsFrame.binary(payload)
        wire = ByteBuffer.allocateDirect((payloadBytes + 14) * FRAMES)
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    fun encoder(): ByteBuffer {
        wire.clear()
        repeat(FRAMES) {
            encoder.begin(frame)
            encoder.write(wire)
        }
        return wire
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    fun bareCopy(): ByteBuffer {
        wire.clear()
        repeat(FRAMES) { wire.put(payload) }
        return wire
    }
}
