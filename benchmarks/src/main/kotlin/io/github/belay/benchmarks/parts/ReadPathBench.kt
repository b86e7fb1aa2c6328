package io.github.belay.benchmarks.parts

import io.github.belay.WebSocketActor
import io.github.belay.endpoint.RawFrames
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.policy.NoPingPong
import io.github.belay.transport.WsTransportListener
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
import java.nio.ByteBuffer
import java.util.concurrent.TimeUnit

private const val FRAMES = 1_000

/** What Belay adds to a frame between the transport that shows it and the ingress that looks at it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
open class ReadPathBench {
    private val transport = MemoryTransport()
    private val view = WsFrameView()
    private val payload = ByteBuffer.allocateDirect(100)
    private var seen = 0
    private lateinit var actor: WebSocketActor<WsFrame>
    private lateinit var listener: WsTransportListener

    private val ingress =
        object : WsIngress<WsFrame> {
            override fun onFrame(frame: WsFrameView): WsIngressAction<WsFrame> {
                seen += frame[0]
                return WsIngressAction.Ignore
            }
        }

    @Setup
    fun open() {
        actor =
            WebSocketActor(transport, RawFrames(), ingress) {
                url("ws://localhost")
                heartbeat = NoPingPong
            }
        runBlocking { actor.connect() }
        listener = transport.listener()
    }

    @TearDown
    fun close() = runBlocking { actor.abort() }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    fun ignoredFrame(): Int {
        repeat(FRAMES) { listener.onFrame(view.lend(WsFrameKind.BINARY, payload, 0, payload.capacity())) }
        listener.onReadComplete()
        return seen
    }
}
