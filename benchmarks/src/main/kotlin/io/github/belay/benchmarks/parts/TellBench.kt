package io.github.belay.benchmarks.parts

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.policy.NoPingPong
import kotlinx.coroutines.runBlocking
import org.openjdk.jmh.annotations.Benchmark
import org.openjdk.jmh.annotations.BenchmarkMode
import org.openjdk.jmh.annotations.Fork
import org.openjdk.jmh.annotations.Measurement
import org.openjdk.jmh.annotations.Mode
import org.openjdk.jmh.annotations.OperationsPerInvocation
import org.openjdk.jmh.annotations.OutputTimeUnit
import org.openjdk.jmh.annotations.Scope
import org.openjdk.jmh.annotations.Setup
import org.openjdk.jmh.annotations.State
import org.openjdk.jmh.annotations.TearDown
import org.openjdk.jmh.annotations.Warmup
import java.util.concurrent.TimeUnit

private const val BURST = 500

/** A told message from the caller through queue and writer to its outcome, with no socket behind. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
open class TellBench {
    private val payload = ByteArray(100)
    private lateinit var actor: WebSocketActor<WsFrame>

    @Setup
    fun open() {
        actor =
            WebSocketActor(MemoryTransport()) {
                url("ws://localhost")
                heartbeat = NoPingPong
            }
        runBlocking { actor.connect() }
    }

    @TearDown
    fun close() = runBlocking { actor.abort() }

    @Benchmark
    @OperationsPerInvocation(BURST)
    fun burst(): TellOutcome =
        runBlocking {
            repeat(BURST - 1) { actor.tell(WebSocketEvent.sendMessage(WsFrame.binary(payload))) }
            actor.tell(WebSocketEvent.sendMessage(WsFrame.binary(payload))).await()
        }
}
