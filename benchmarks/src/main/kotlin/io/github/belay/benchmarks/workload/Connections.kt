package io.github.belay.benchmarks.workload

import io.github.belay.benchmarks.subject.Link
import io.github.belay.benchmarks.subject.Payload
import io.github.belay.benchmarks.subject.Receiver
import io.github.belay.benchmarks.subject.Subject
import java.lang.management.ManagementFactory
import java.net.Socket
import java.net.URI
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/**
 * Opens idle links, [OPENERS] at a time, weighs them, and has the server reset them all at once. A subject that does not
 * reconnect by itself has each lost link opened again by the same openers.
 */
internal class Connections(
    private val subject: Subject,
    private val task: Task,
) {
    private val count = task.count.toInt()
    private val links = ConcurrentLinkedQueue<Link>()
    private val openers = Executors.newFixedThreadPool(OPENERS) { Thread(it, "opener").apply { isDaemon = true } }
    private val back = CountDownLatch(count)

    @Volatile
    private var isStorm = false
    private val receiver = Idle()

    private inner class Idle : Receiver(Payload.BYTES) {
        private val lost = ConcurrentHashMap.newKeySet<Link>()
        val lostLinks: Int get() = lost.size

        override fun onOpen(link: Link) {
            if (isStorm) back.countDown()
        }

        override fun onLost(link: Link) {
            val isNews = isStorm && lost.add(link)
            if (isNews && !subject.reconnects) openers.execute(::openAgain)
        }
    }

    fun run(): Measured {
        val meter = Meter()
        try {
            val heapBefore = usedHeap()
            meter.start()
            openAll()
            meter.stop()
            val heapBytes = usedHeap() - heapBefore
            val opened = meter.result(task.count)
            return Measured(
                task.count,
                opened.nanos,
                opened.cpuNanos,
                opened.allocatedBytes,
                heapBytes = heapBytes,
                stormNanos = storm(),
            )
        } finally {
            isStorm = false
            openers.shutdown()
            openers.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS)
            links.forEach { runCatching { it.close() } }
        }
    }

    private fun openAll() {
        List(count) { openers.submit(::open) }.forEach { it.get(LIMIT_SECONDS, TimeUnit.SECONDS) }
    }

    private fun open() {
        val link = subject.open("${task.server}/idle", receiver)
        links += link
        link.begin { }
    }

    /** What is refused in the crowd tries again. */
    private fun openAgain() {
        runCatching(::open).onFailure { if (isStorm) openers.execute(::openAgain) }
    }

    /** How long it took until all were back; the time limit if they were not, which is no reason to forget what was weighed. */
    private fun storm(): Long {
        isStorm = true
        val from = System.nanoTime()
        val server = URI(task.server)
        Socket(server.host, server.port).use { it.getOutputStream().write("GET /drop HTTP/1.1\r\n\r\n".toByteArray()) }
        if (!back.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            System.err.println(
                "${back.count} of $count links did not come back; ${receiver.lostLinks} were told as lost",
            )
        }
        return System.nanoTime() - from
    }

    private fun usedHeap(): Long {
        // Twice: what the first one finds dead may have kept other things alive.
        repeat(2) { System.gc() }
        return ManagementFactory.getMemoryMXBean().heapMemoryUsage.used
    }

    private companion object {
        const val OPENERS = 32
        const val LIMIT_SECONDS = 60L
    }
}
