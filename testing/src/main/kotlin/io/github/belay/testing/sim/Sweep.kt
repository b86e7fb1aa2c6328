package io.github.belay.testing.sim

import io.github.belay.testing.SimOrder
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.ConcurrentSkipListMap
import java.util.concurrent.atomic.AtomicLong
import kotlin.concurrent.thread

/** Runs many seeds, each in every one of [orders], on [threads] threads. Each run is confined to one of them. */
internal class Sweep(
    private val orders: List<SimOrder> = SimOrder.entries,
    private val threads: Int = Runtime.getRuntime().availableProcessors(),
    private val run: (Long, SimOrder) -> SimulationReport = Simulation::run,
) {
    /** What a sweep showed. */
    class Result(
        val runs: Long,
        val steps: Long,
        /** How often the runs reached what; see [SimulationReport.reached]. */
        val reached: Map<String, Int>,
        /** Runs that broke a rule, in the order of their seeds; at most [MAX_BAD]. */
        val bad: List<SimulationReport>,
    )

    /** Runs [seeds]; stops early when more runs are bad than anybody would read. */
    fun over(seeds: LongRange): Result {
        val next = AtomicLong(seeds.first)
        val runs = AtomicLong()
        val steps = AtomicLong()
        val bad = ConcurrentLinkedQueue<SimulationReport>()
        val reached = ConcurrentSkipListMap<String, Int>()
        val failures = ConcurrentLinkedQueue<Throwable>()
        val workers =
            List(threads) { number ->
                thread(name = "sim-$number", isDaemon = true, start = false) {
                    while (bad.size < MAX_BAD) {
                        val seed = next.getAndIncrement()
                        if (seed > seeds.last) break
                        for (order in orders) {
                            val report = run(seed, order)
                            runs.incrementAndGet()
                            steps.addAndGet(report.steps)
                            report.reached.forEach { (what, times) -> reached.merge(what, times, Int::plus) }
                            if (!report.isGood) bad += report
                        }
                    }
                }.apply { setUncaughtExceptionHandler { _, thrown -> failures += thrown } }
            }
        workers.forEach { it.start() }
        workers.forEach { it.join() }
        failures.firstOrNull()?.let { throw IllegalStateException("a run ended with an exception", it) }
        return Result(
            runs.get(),
            steps.get(),
            reached,
            bad.sortedWith(compareBy({ it.seed }, { it.order })).take(MAX_BAD),
        )
    }

    companion object {
        /** Bad runs after which a sweep stops. */
        const val MAX_BAD = 100
    }
}
