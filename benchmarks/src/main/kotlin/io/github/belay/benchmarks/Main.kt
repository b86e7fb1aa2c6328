package io.github.belay.benchmarks

import io.github.belay.benchmarks.driver.BenchArgs
import io.github.belay.benchmarks.driver.Descriptors
import io.github.belay.benchmarks.driver.Driver
import io.github.belay.benchmarks.driver.Plan
import io.github.belay.benchmarks.driver.Results
import io.github.belay.benchmarks.report.Gate
import io.github.belay.benchmarks.report.Ratio
import io.github.belay.benchmarks.report.RatioFile
import io.github.belay.benchmarks.report.Report
import java.io.File
import java.util.Locale
import kotlin.system.exitProcess

private const val FAILED = 1
private const val USAGE_ERROR = 2
private val committed = File("benchmarks/results")
private val uncommitted = File("benchmarks/target/results")

/** `./bench`: measures, shows, and keeps or compares what came out. */
fun main(words: Array<String>) {
    if ("--help" in words) return println(BenchArgs.USAGE)
    val (arguments, plan) =
        try {
            BenchArgs.parse(words.toList()).let { it to it.plan() }
        } catch (wrong: IllegalArgumentException) {
            stop("bench: ${wrong.message} (see ./bench --help)")
        }
    val before = if (arguments.isGate) committedRatios() else null
    val results = measure(plan)
    val report = Report(plan, results)
    // A run that is no full one must not take the place of one that is.
    val usual = if (arguments.isQuick || arguments.isGate || words.isNotEmpty()) uncommitted else committed
    val folder = arguments.out?.let(::File) ?: usual
    report.writeTo(folder)
    println("\n${report.text()}\nWritten to $folder.")
    if (before != null) gate(before, report.ratios)
    exitProcess(0)
}

private fun stop(line: String): Nothing {
    System.err.println(line)
    exitProcess(USAGE_ERROR)
}

private fun committedRatios(): List<Ratio> {
    val file = committed.resolve("ratios.json")
    if (!file.exists()) stop("bench: there is nothing to compare with: $file is not there. A full ./bench writes it.")
    return RatioFile.read(file.readText())
}

private fun measure(plan: Plan): Results {
    val logs = File("benchmarks/target/logs").apply { mkdirs() }
    val from = System.nanoTime()

    fun say(line: String) = println("%6.1f s  %s".format(Locale.ROOT, (System.nanoTime() - from) / 1e9, line))
    Descriptors.missing(plan)?.let { say(it) }
    return Driver(Descriptors.within(plan), logs, ::say).use { it.run() }
}

private fun gate(
    before: List<Ratio>,
    now: List<Ratio>,
) {
    val verdict = Gate.compare(before, now)
    verdict.notes.forEach { println("gate: note: $it") }
    verdict.failures.forEach { println("gate: FAILED: $it") }
    if (verdict.failures.isNotEmpty()) exitProcess(FAILED)
    println("gate: passed, ${before.size} rows")
}
