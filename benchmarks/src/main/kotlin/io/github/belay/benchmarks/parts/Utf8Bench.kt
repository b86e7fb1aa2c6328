package io.github.belay.benchmarks.parts

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsText
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
import java.util.concurrent.TimeUnit

/** The proof that bytes are UTF-8, beside what the JDK takes to decode them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
open class Utf8Bench {
    @Param("100", "1024", "16384")
    var payloadBytes = 0

    @Param("ASCII", "LATIN", "CJK", "MIXED")
    var script = ""

    private lateinit var bytes: WsBytes

    @Setup
    fun fill() {
        val unit =
            when (script) {
                "ASCII" -> "price"
                "LATIN" -> "é"
                "CJK" -> "価"
                else -> "{\"symbol\":\"価格\",\"note\":\"déjà vu, 😀\",\"value\":123456}"
            }
        val text = StringBuilder()
        while ((text.toString() + unit).toByteArray().size <= payloadBytes) text.append(unit)
        bytes = WsBytes.wrap(text.toString().toByteArray().copyOf(payloadBytes))
    }

    @Benchmark
    fun validate(): WsText? = WsText.orNull(bytes)

    @Benchmark
    fun decodeByTheJdk(): String = bytes.decodeToString()
}
