package io.github.belay.benchmarks.parts

import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.openjdk.jmh.runner.Runner
import org.openjdk.jmh.runner.options.OptionsBuilder
import org.openjdk.jmh.runner.options.TimeValue
import org.openjdk.jmh.runner.options.VerboseMode

/** Runs each benchmark of the parts for a moment, so that none of them rots. What times come out means nothing. */
class PartsRunTest {
    @Test
    fun everyBenchmarkRuns() {
        System.setProperty("jmh.ignoreLock", "true")
        val options =
            OptionsBuilder()
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build()
        val ran =
            Runner(options).run().map {
                it.params.benchmark
                    .substringBeforeLast('.')
                    .substringAfterLast('.')
            }
        assertTrue(
            ran.containsAll(listOf("DecodeBench", "EncodeBench", "MaskBench", "ReadPathBench", "TellBench")),
            "$ran",
        )
    }
}
