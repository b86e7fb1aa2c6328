package io.github.belay.benchmarks.parts

import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngressAction
import io.github.belay.ingress.WsJsonFields
import io.github.belay.ingress.WsJsonRouter
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
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

/**
 * What a message costs, by how far it is parsed: in part where it lies, or in full, by a tree and into a type; and by a
 * router that reads 99 messages of 100 in part and leaves one to a full parse. With `-prof gc` for what is allocated.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
open class ParseModesBench {
    /** Where the message lies: in the heap, as Ktor's, or outside, as Netty's. */
    @Param("false", "true")
    var isDirect = false

    private lateinit var trade: WsFrameView
    private lateinit var depth: WsFrameView
    private val fields = WsJsonFields("E", "p", "q")
    private var sum = 0.0

    private val router =
        WsJsonRouter
            .by<Any>("e")
            .partial("trade", WsJsonFields("E", "p", "q")) {
                sum += sumOf(it)
                WsIngressAction.Ignore
            }.full("depthUpdate")
            .build()

    @Setup
    fun fill() {
        trade =
            lent("""{"e":"trade","E":1723000000123,"s":"BTCUSDT","t":12345,"p":"27123.50","q":"0.00400","m":true}""")
        val levels = List(LEVELS) { """["${27_000 + it}.50","0.${it}1"]""" }.joinToString(",")
        depth = lent("""{"e":"depthUpdate","E":1723000000123,"s":"BTCUSDT","b":[$levels]}""")
    }

    private fun lent(json: String): WsFrameView {
        val bytes = json.toByteArray()
        val buffer = if (isDirect) ByteBuffer.allocateDirect(bytes.size) else ByteBuffer.allocate(bytes.size)
        return WsFrameView().lend(WsFrameKind.TEXT, buffer.put(bytes).flip(), 0, bytes.size)
    }

    private fun sumOf(fields: WsJsonFields): Double =
        fields.longAt(0, 0) + fields.doubleAt(1, 0.0) + fields.doubleAt(2, 0.0)

    @Benchmark
    fun partial(): Double {
        fields.scan(trade)
        return sumOf(fields)
    }

    @Benchmark
    fun full(): Trade {
        val tree = Json.parseToJsonElement(trade.decodeToString()).jsonObject

        fun text(name: String) = tree.getValue(name).jsonPrimitive.content
        return Trade(
            text("E").toLong(),
            text("s"),
            text("t").toLong(),
            text("p").toDouble(),
            text("q").toDouble(),
            text("m").toBoolean(),
        )
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    fun hybridOf99And1(): Double {
        for (message in 1 until MESSAGES) router.onFrame(trade)
        if (router.onFrame(depth) === WsIngressAction.Forward) {
            sum += Json.parseToJsonElement(depth.decodeToString()).jsonObject.size
        }
        return sum
    }

    class Trade(
        val time: Long,
        val symbol: String,
        val id: Long,
        val price: Double,
        val size: Double,
        val isMaker: Boolean,
    )

    private companion object {
        const val MESSAGES = 100
        const val LEVELS = 50
    }
}
