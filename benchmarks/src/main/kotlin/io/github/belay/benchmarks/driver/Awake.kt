package io.github.belay.benchmarks.driver

import java.io.File

/**
 * Keeps each CPU from falling asleep, by loops of idle priority that give way to everything: on a virtual machine a
 * wake-up costs more than a round trip. Linux with `chrt` only, and only where CPUs are few; else does nothing.
 */
internal class Awake : AutoCloseable {
    private val spinners = if (isPossible) List(cpus, ::spinner) else emptyList()

    private fun spinner(cpu: Int): Process =
        ProcessBuilder(
            "timeout",
            "$LIMIT_SECONDS",
            "chrt",
            "--idle",
            "0",
            "taskset",
            "--cpu-list",
            "$cpu",
            "sh",
            "-c",
            "while :; do :; done",
        ).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()

    override fun close() = spinners.forEach { it.destroy() }

    companion object {
        private const val LIMIT_SECONDS = 120
        private const val MAX_CPUS = 8
        private val cpus = Runtime.getRuntime().availableProcessors()

        /** Whether it does anything here. */
        val isPossible: Boolean by lazy {
            val folders = System.getenv("PATH").orEmpty().split(File.pathSeparator)
            cpus <= MAX_CPUS &&
                listOf("timeout", "chrt", "taskset").all { tool -> folders.any { File(it, tool).canExecute() } }
        }
    }
}
