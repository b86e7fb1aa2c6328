package io.github.belay.benchmarks.driver

import java.io.File

/**
 * Keeps server and clients on CPUs of their own, as if on two machines: where the kernel puts both on one, which it does now
 * and then, a round trip takes half as long as where each has its own. Linux with `taskset` and two CPUs at least; else does
 * nothing.
 */
internal class Apart(
    server: Long,
    clients: List<Long>,
) : AutoCloseable {
    private val all = clients + server

    init {
        if (isPossible) {
            place(server, 0 until cpus / 2)
            clients.forEach { place(it, cpus / 2 until cpus) }
        }
    }

    override fun close() {
        if (isPossible) all.forEach { place(it, 0 until cpus) }
    }

    private fun place(
        process: Long,
        onto: IntRange,
    ) {
        ProcessBuilder("taskset", "--all-tasks", "--cpu-list", "--pid", "${onto.first}-${onto.last}", "$process")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
    }

    companion object {
        private val cpus = Runtime.getRuntime().availableProcessors()

        /** Whether it does anything here. */
        val isPossible: Boolean by lazy {
            val folders = System.getenv("PATH").orEmpty().split(File.pathSeparator)
            cpus >= 2 && folders.any { File(it, "taskset").canExecute() }
        }
    }
}
