package io.github.belay.benchmarks.driver

import io.github.belay.benchmarks.subject.SubjectEntry
import io.github.belay.benchmarks.workload.Kind
import io.github.belay.benchmarks.workload.Measured
import java.io.File
import java.util.Locale

private const val NANOS_PER_SECOND = 1e9
private const val FIRST_LINKS = 10L

/** Runs a plan: warms every subject up, then lets all of them run in turns, in a new order each time. */
internal class Driver(
    private val plan: Plan,
    private val logs: File,
    private val say: (String) -> Unit,
) : AutoCloseable {
    private val server = ServerProcess(logs)
    private val agents = plan.subjects.associate { it.name to AgentProcess(it.name, server.certificate, logs) }
    private val counts = HashMap<Cell, Long>()
    private val results = Results()

    fun run(): Results {
        val from = System.nanoTime()
        plan.workloads.forEach(::warmUp)
        for (round in 1..plan.rounds) {
            val begun = System.nanoTime()
            plan.workloads.forEach { measure(it, round) }
            val now = System.nanoTime()
            // A slow machine gets fewer rounds rather than a longer wait.
            if (round < plan.rounds && (now - from + now - begun) / NANOS_PER_SECOND > plan.limitSeconds) {
                say("only $round of ${plan.rounds} rounds: another would take too long")
                break
            }
        }
        return results
    }

    private fun warmUp(workload: Workload) {
        // With all CPUs, for it is also the compiler that has to get warm.
        plan.subjectsAt(workload).forEach { warmUp(workload, it) }
        say("warmed up: $workload")
    }

    /** Runs that grow until one is long enough, and go on until the time is up. */
    private fun warmUp(
        workload: Workload,
        subject: SubjectEntry,
    ) {
        val cell = Cell(workload, subject.name)
        var count = plan.firstCount(workload)
        counts[cell] = count
        // Each of their runs has a process of its own.
        if (workload.kind == Kind.CONNECTIONS) return
        val from = System.nanoTime()
        var isWarm = false
        while (!isWarm) {
            val measured = attempt(cell, count) ?: return
            val seconds = measured.nanos / NANOS_PER_SECOND
            if (!plan.isFixed(workload)) count = plan.nextCount(workload, subject, count, seconds)
            isWarm = plan.isWarm(workload, seconds, spentSeconds = (System.nanoTime() - from) / NANOS_PER_SECOND)
        }
        counts[cell] = count
    }

    private fun measure(
        workload: Workload,
        round: Int,
    ) {
        val shown =
            calmlyIf(workload) {
                plan.shuffled(workload).mapNotNull { subject ->
                    val cell = Cell(workload, subject.name)
                    val measured = counts[cell]?.let { attempt(cell, it) } ?: return@mapNotNull null
                    results.add(cell, round, measured)
                    "${subject.name} ${brief(workload, measured)}"
                }
            }
        if (shown.isNotEmpty()) say("round $round/${plan.rounds}: $workload: ${shown.joinToString(", ")}")
    }

    private fun attempt(
        cell: Cell,
        count: Long,
    ): Measured? {
        if (results.isFailed(cell)) return null
        val address = server.address(cell.workload.isSecure)
        return try {
            if (cell.workload.kind == Kind.CONNECTIONS) {
                weigh(cell, address, count)
            } else {
                agents.getValue(cell.subject).run(cell.workload.task(address, count))
            }
        } catch (failure: ChildException) {
            say("failed: ${cell.workload}: ${cell.subject}: ${failure.message}")
            results.fail(cell, failure.message.orEmpty())
            null
        }
    }

    /** Where times are of single messages, the machine's own habits must not be what is measured. */
    private inline fun <T> calmlyIf(
        workload: Workload,
        block: () -> T,
    ): T {
        if (!workload.isTimed) return block()
        return Apart(server.id, agents.values.map { it.id }).use { Awake().use { block() } }
    }

    /**
     * In a process of its own: pools and caches that earlier links have filled would hide what links weigh, and the agents
     * that are warm have to stay so.
     */
    private fun weigh(
        cell: Cell,
        address: String,
        count: Long,
    ): Measured =
        AgentProcess(cell.subject, server.certificate, logs).use { agent ->
            agent.run(cell.workload.task(address, FIRST_LINKS))
            agent.run(cell.workload.task(address, count))
        }

    override fun close() {
        agents.values.forEach { it.close() }
        server.close()
    }
}

private fun brief(
    workload: Workload,
    measured: Measured,
): String =
    when {
        workload.connections > 0 -> "%,.0f/s".format(Locale.ROOT, measured.perSecond)
        workload.isTimed -> "%.1f us".format(Locale.ROOT, measured.micros(50.0))
        else -> "%.3f M/s".format(Locale.ROOT, measured.perSecond / 1e6)
    }
