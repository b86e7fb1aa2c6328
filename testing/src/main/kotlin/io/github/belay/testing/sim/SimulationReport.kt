package io.github.belay.testing.sim

import io.github.belay.testing.SimOrder
import kotlin.time.Duration

/** What one run showed. */
public class SimulationReport internal constructor(
    internal val scenario: Scenario,
    /** Depends on everything that happened, in order: equal for two runs that were the same. */
    public val traceHash: Long,
    /** Tasks that ran. */
    public val steps: Long,
    /** How far the run came, in virtual time. */
    public val length: Duration,
    /**
     * What did not hold; empty for a good run. A run stops at the first violation before its end, and looks at
     * everything from there on. In the order of the rules.
     */
    public val violations: List<Violation>,
    /** The newest of what happened, oldest first. */
    public val traceTail: List<String>,
    /**
     * How often the run reached what: messages, kinds of lifecycle events, of disconnect causes and of outcomes. Outcomes
     * are counted in good runs only.
     */
    public val reached: Map<String, Int>,
) {
    /** True if everything held. */
    public val isGood: Boolean get() = violations.isEmpty()

    /** Which run this is. */
    public val seed: Long get() = scenario.seed

    /** In which order the run took tasks of one instant. */
    public val order: SimOrder get() = scenario.order

    /** [length] in milliseconds. */
    public val lengthMillis: Long get() = length.inWholeMilliseconds

    /** The command that repeats this run. */
    public val command: String get() = "./simulate --seed $seed --order ${order.name.lowercase()}"

    /** The whole story for a person: what broke, under which schedule, after what, and how to see it again. */
    public fun describe(): String =
        buildString {
            appendLine(
                "seed $seed, order ${order.name.lowercase()}: ${if (isGood) "good" else "BAD"}, $steps steps, ${this@SimulationReport.length}",
            )
            if (isGood) return@buildString
            violations.forEach { appendLine("  $it") }
            appendLine("settings")
            appendLine("  ${scenario.settings}")
            section("faults", scenario.faults.map { "${it.at} ${it.fault}" })
            section(
                "operations",
                scenario.operations.map { "${it.at} ${it.operation}" } +
                    "${scenario.endsAt ?: scenario.pace.horizon} ${scenario.ending}",
            )
            section("trace", traceTail)
            appendLine("replay: $command")
        }

    private fun StringBuilder.section(
        title: String,
        lines: List<String>,
    ) {
        appendLine(title)
        lines.forEach { appendLine("  $it") }
    }

    override fun toString(): String = "SimulationReport(seed=$seed, order=$order, steps=$steps, violations=$violations)"
}
