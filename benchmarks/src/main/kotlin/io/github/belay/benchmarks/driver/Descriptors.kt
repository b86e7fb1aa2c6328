package io.github.belay.benchmarks.driver

import com.sun.management.UnixOperatingSystemMXBean
import java.lang.management.ManagementFactory

/** How many sockets a process may have here: `ulimit -n`. */
internal object Descriptors {
    /** Jars, pipes, and what a library opens for itself. */
    private const val OTHERS = 500

    private val limit: Long =
        (ManagementFactory.getOperatingSystemMXBean() as? UnixOperatingSystemMXBean)?.maxFileDescriptorCount
            ?: Long.MAX_VALUE

    private fun fits(workload: Workload): Boolean = workload.connections + OTHERS <= limit

    /** [plan] without what there are not enough descriptors for. */
    fun within(plan: Plan): Plan = plan.with(plan.workloads.filter(::fits))

    /** A line about what is left out; null for nothing. */
    fun missing(plan: Plan): String? {
        val tooMany = plan.workloads.filterNot(::fits)
        if (tooMany.isEmpty()) return null
        return "left out, for a process may open $limit files only (ulimit -n): ${tooMany.joinToString()}"
    }
}
