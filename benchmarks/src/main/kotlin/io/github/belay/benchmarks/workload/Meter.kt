package io.github.belay.benchmarks.workload

import com.sun.management.OperatingSystemMXBean
import com.sun.management.ThreadMXBean
import org.HdrHistogram.Histogram
import java.lang.management.ManagementFactory

/** Time, CPU time and allocation of this process between [start] and [stop]. */
class Meter {
    private val allocation = Allocation.ofProcess()
    private var fromNanos = 0L
    private var fromCpu = 0L
    private var fromBytes: Allocation.Mark? = null

    /** Null until [stop]. Written by the thread that stops, read once that is known. */
    private var totals: LongArray? = null

    fun start() {
        fromBytes = allocation.mark()
        fromCpu = os.processCpuTime
        fromNanos = System.nanoTime()
    }

    fun stop() {
        val nanos = System.nanoTime() - fromNanos
        val cpu = os.processCpuTime - fromCpu
        totals = longArrayOf(nanos, cpu, allocation.since(checkNotNull(fromBytes)))
    }

    fun result(
        count: Long,
        histogram: Histogram = Measured.newHistogram(),
    ): Measured {
        val (nanos, cpu, bytes) = checkNotNull(totals) { "not stopped" }
        return Measured(count, nanos, cpu, bytes, histogram)
    }

    private companion object {
        val os = ManagementFactory.getOperatingSystemMXBean() as OperatingSystemMXBean
    }
}

/** Bytes allocated by all threads. */
interface Allocation {
    /** How much it was. */
    class Mark(
        val bytesOfThreads: Map<Long, Long>,
        val total: Long,
    )

    fun mark(): Mark

    fun since(mark: Mark): Long

    /** JDK 21 and newer: the JVM's own sum, which knows of threads that have ended. */
    private class Total(
        private val threads: ThreadMXBean,
    ) : Allocation {
        override fun mark() = Mark(emptyMap(), total(threads))

        override fun since(mark: Mark): Long = total(threads) - mark.total
    }

    /** Before: the sum over the threads there are. What a thread allocated that has ended meanwhile is missed. */
    private class PerThread(
        private val threads: ThreadMXBean,
    ) : Allocation {
        override fun mark() = Mark(bytes(), 0)

        override fun since(mark: Mark): Long =
            bytes().entries.sumOf { (id, now) -> now - (mark.bytesOfThreads[id] ?: 0) }

        private fun bytes(): Map<Long, Long> {
            val ids = threads.allThreadIds
            val bytes = threads.getThreadAllocatedBytes(ids)
            // -1 for a thread that ended between the two calls.
            return ids.indices.filter { bytes[it] >= 0 }.associate { ids[it] to bytes[it] }
        }
    }

    companion object {
        private val method =
            runCatching {
                ThreadMXBean::class.java.getMethod(
                    "getTotalThreadAllocatedBytes",
                )
            }.getOrNull()

        private fun total(threads: ThreadMXBean): Long = checkNotNull(method).invoke(threads) as Long

        fun ofProcess(): Allocation {
            val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
            return if (method == null) PerThread(threads) else Total(threads)
        }
    }
}
