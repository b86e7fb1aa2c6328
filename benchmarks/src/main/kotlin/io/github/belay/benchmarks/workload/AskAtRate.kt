package io.github.belay.benchmarks.workload

import io.github.belay.benchmarks.subject.AskingLink
import io.github.belay.benchmarks.subject.Payload
import io.github.belay.benchmarks.subject.Receiver
import io.github.belay.benchmarks.subject.Subject
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.HdrHistogram.ConcurrentHistogram
import java.util.concurrent.locks.LockSupport
import kotlin.time.Duration.Companion.seconds

private const val ASKS_PER_SECOND = 1_000L
private const val PERIOD_NANOS = 1_000_000_000L / ASKS_PER_SECOND

/**
 * An open loop: requests are due at fixed times, and the time of each counts from when it was due, so that a link that
 * stalls is charged for all who would have waited.
 */
internal fun askAtRate(
    subject: Subject,
    task: Task,
): Measured {
    val meter = Meter()
    val histogram = ConcurrentHistogram(1, LIMIT.inWholeNanoseconds, 3)
    val url = "${task.server}/mixed?size=${task.sizeBytes}&rate=${task.floodRate}"
    subject.open(url, object : Receiver(Payload.BYTES) {}).use { link ->
        check(link is AskingLink) { "no requests of its own" }
        link.begin { }
        // The schedule is kept by this thread, which may park: one of the pool would be missed there.
        runBlocking {
            withTimeout(LIMIT) {
                link.askOnce(task.sizeBytes)
                meter.start()
                val first = System.nanoTime()
                val asks =
                    List(task.count.toInt()) { index ->
                        val due = first + index * PERIOD_NANOS
                        LockSupport.parkNanos(due - System.nanoTime())
                        launch(Dispatchers.Default) {
                            link.askOnce(task.sizeBytes)
                            histogram.recordValue(System.nanoTime() - due)
                        }
                    }
                asks.joinAll()
            }
        }
        meter.stop()
    }
    return meter.result(task.count, histogram)
}

private val LIMIT = 30.seconds
