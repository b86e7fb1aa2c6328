package io.github.belay.benchmarks.driver

import io.github.belay.benchmarks.subject.SubjectEntry
import io.github.belay.benchmarks.workload.Kind
import kotlin.math.max
import kotlin.math.min
import kotlin.random.Random

/** What a run of the driver measures, and how thoroughly. */
internal class Plan(
    val workloads: List<Workload>,
    val subjects: List<SubjectEntry>,
    val rounds: Int,
    /** How long one run should take. */
    val runSeconds: Double,
    /** How long a subject is warmed up for each workload. */
    val warmUpSeconds: Double,
    val seed: Long,
    /** No round begins that would probably end later. */
    val limitSeconds: Double = Double.MAX_VALUE,
) {
    private val random = Random(seed)

    /** The same for other [workloads]. */
    fun with(workloads: List<Workload>): Plan =
        Plan(workloads, subjects, rounds, runSeconds, warmUpSeconds, seed, limitSeconds)

    /** The subjects of [workload], in an order that nobody can count on. */
    fun shuffled(workload: Workload): List<SubjectEntry> = subjectsAt(workload).shuffled(random)

    fun subjectsAt(workload: Workload): List<SubjectEntry> = subjects.filter(workload::suits)

    /** How much the first run of a warm-up does. */
    fun firstCount(workload: Workload): Long =
        when (workload.kind) {
            Kind.INGEST -> max(MIN_FLOOD, FIRST_FLOOD_BYTES / workload.sizeBytes)
            Kind.SEND -> FIRST_MESSAGES
            Kind.PIPELINE -> if (workload.inFlight == 1) FIRST_ROUND_TRIPS else FIRST_MESSAGES
            Kind.RTT -> FIRST_ROUND_TRIPS
            Kind.ASK_AT_RATE -> (ASKS_PER_SECOND * runSeconds * RATE_RUN_FACTOR).toLong()
            Kind.CONNECTIONS -> workload.connections.toLong()
        }

    /** True where the amount is part of the workload and does not grow with speed. */
    fun isFixed(workload: Workload): Boolean = workload.kind == Kind.ASK_AT_RATE || workload.kind == Kind.CONNECTIONS

    /** How much to do next, when [count] took [seconds]. */
    fun nextCount(
        workload: Workload,
        subject: SubjectEntry,
        count: Long,
        seconds: Double,
    ): Long {
        val wanted = (count * runSeconds / max(seconds, 1e-6)).toLong()
        val limit =
            when (workload.kind) {
                Kind.SEND -> subject.maxSent
                Kind.INGEST -> MAX_FLOOD_BYTES / workload.sizeBytes
                else -> Long.MAX_VALUE
            }
        return max(1, min(min(wanted, count * MAX_GROWTH), limit))
    }

    /** True once the last run was long enough and the warm-up, too; and when there is no patience left. */
    fun isWarm(
        workload: Workload,
        lastRunSeconds: Double,
        spentSeconds: Double,
    ): Boolean =
        isFixed(workload) ||
            spentSeconds > PATIENCE * warmUpSeconds ||
            (spentSeconds > warmUpSeconds && lastRunSeconds > ENOUGH * runSeconds)

    private companion object {
        const val ENOUGH = 0.3
        const val PATIENCE = 3
        const val MIN_FLOOD = 500L
        const val FIRST_FLOOD_BYTES = 2_000_000L
        const val MAX_FLOOD_BYTES = 12_000_000_000L
        const val FIRST_MESSAGES = 10_000L
        const val FIRST_ROUND_TRIPS = 1_000L
        const val ASKS_PER_SECOND = 1_000
        const val RATE_RUN_FACTOR = 2
        const val MAX_GROWTH = 8
    }
}
