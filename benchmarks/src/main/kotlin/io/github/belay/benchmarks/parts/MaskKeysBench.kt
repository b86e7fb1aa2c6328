package io.github.belay.benchmarks.parts

import io.github.belay.codec.WsMaskKeys
import org.openjdk.jmh.annotations.Benchmark
import org.openjdk.jmh.annotations.BenchmarkMode
import org.openjdk.jmh.annotations.Fork
import org.openjdk.jmh.annotations.Measurement
import org.openjdk.jmh.annotations.Mode
import org.openjdk.jmh.annotations.OutputTimeUnit
import org.openjdk.jmh.annotations.Scope
import org.openjdk.jmh.annotations.State
import org.openjdk.jmh.annotations.Warmup
import java.security.SecureRandom
import java.util.concurrent.ThreadLocalRandom
import java.util.concurrent.TimeUnit

/** A mask key from the block generator, beside what asks for each, and what anybody could foretell. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
open class MaskKeysBench {
    private val keys = WsMaskKeys()
    private val secure = SecureRandom()

    @Benchmark
    fun blockGenerator(): Int = keys.next()

    @Benchmark
    fun secureRandomEach(): Int = secure.nextInt()

    @Benchmark
    fun foreseeable(): Int = ThreadLocalRandom.current().nextInt()
}
