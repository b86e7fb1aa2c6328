package io.github.belay.benchmarks.report

import com.sun.management.OperatingSystemMXBean
import io.github.belay.netty.NettyTransport
import java.io.File
import java.lang.management.ManagementFactory
import java.time.LocalDate

/** What a reader has to know of the machine to make sense of figures; nothing that names it. */
internal object Machine {
    fun describe(): String {
        val os = ManagementFactory.getOperatingSystemMXBean() as OperatingSystemMXBean
        val gib = os.totalMemorySize / (1 shl 30)
        return "${cpu()}, ${os.availableProcessors} CPUs, $gib GiB, ${os.name} ${os.version.substringBefore('-')}, " +
            "${property("java.vm.name")} ${property("java.runtime.version")}, ${netty()}, ${LocalDate.now()}"
    }

    /** Native or not makes a difference, in sockets and in TLS. */
    private fun netty(): String = NettyTransport { it.eventLoops(1) }.use { it.toString() }

    private fun property(name: String) = System.getProperty(name).orEmpty()

    private fun cpu(): String =
        runCatching {
            File("/proc/cpuinfo").useLines { lines -> lines.first { it.startsWith("model name") }.substringAfter(": ") }
        }.getOrDefault(property("os.arch"))
}
