package io.github.belay.testing.sim

import io.github.belay.testing.SimOrder
import kotlin.system.exitProcess

private const val USAGE =
    """usage: simulate --seed N | --seeds A..B  [--order fifo|shuffled|both] [--quick]

Runs the simulation of a seed, or of a range of them, and tells what broke. A failing run is cut down to the
faults and operations that it needs, unless --quick is given."""

/** Runs simulations from the command line; ends with status 1 when a rule was broken and 2 when not understood. */
public fun main(args: Array<String>) {
    val command = SimulateCommand.parse(args.toList())
    if (command == null) {
        System.err.println(USAGE)
        exitProcess(2)
    }
    exitProcess(if (command.run()) 0 else 1)
}

/** What the command line asks for. */
internal class SimulateCommand(
    val seeds: LongRange,
    val orders: List<SimOrder>,
    private val shrinks: Boolean,
) {
    /** True if every run was good. */
    fun run(): Boolean {
        val result = Sweep(orders).over(seeds)
        for (report in result.bad) {
            println(
                "seed ${report.seed}, order ${report.order.name.lowercase()}: ${report.violations.first()}",
            )
        }
        for (report in result.bad.distinctBy { it.violations.first().invariant }) {
            print((if (shrinks) Simulation.shrink(report) else report).describe())
        }
        result.reached.forEach { (what, times) -> println("reached $what $times times") }
        println("${result.runs} runs, ${result.steps} steps, ${result.bad.size} bad")
        return result.bad.isEmpty()
    }

    companion object {
        /** What [args] ask for; null when they are not understood. */
        @Suppress("ReturnCount") // Each is a word that cannot be understood.
        fun parse(args: List<String>): SimulateCommand? {
            var seeds: LongRange? = null
            var orders: List<SimOrder>? = SimOrder.entries
            var shrinks = true
            val words = args.iterator()
            while (words.hasNext()) {
                when (words.next()) {
                    "--seed" -> seeds = words.value()?.toLongOrNull()?.let { it..it } ?: return null
                    "--seeds" -> seeds = words.value()?.let(::range) ?: return null
                    "--order" -> orders = words.value()?.let(::orders) ?: return null
                    "--quick" -> shrinks = false
                    else -> return null
                }
            }
            return if (seeds == null || orders == null) null else SimulateCommand(seeds, orders, shrinks)
        }

        private fun Iterator<String>.value(): String? = if (hasNext()) next() else null

        private fun range(text: String): LongRange? {
            val first = text.substringBefore("..").toLongOrNull() ?: return null
            val last = text.substringAfter("..", "").toLongOrNull() ?: return null
            return if (first <= last) first..last else null
        }

        private fun orders(text: String): List<SimOrder>? =
            if (text ==
                "both"
            ) {
                SimOrder.entries
            } else {
                SimOrder.entries.filter { it.name.equals(text, ignoreCase = true) }.ifEmpty { null }
            }
    }
}
