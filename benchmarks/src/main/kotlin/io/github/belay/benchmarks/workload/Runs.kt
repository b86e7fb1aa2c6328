package io.github.belay.benchmarks.workload

import io.github.belay.benchmarks.subject.AskingLink
import io.github.belay.benchmarks.subject.Caller
import io.github.belay.benchmarks.subject.Link
import io.github.belay.benchmarks.subject.Message
import io.github.belay.benchmarks.subject.Payload
import io.github.belay.benchmarks.subject.Receiver
import io.github.belay.benchmarks.subject.Subject
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.HdrHistogram.Histogram
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

private const val LIMIT_SECONDS = 30L
private const val SENDERS = 4
private const val BURST = 256

/** Runs [task] on a link of [subject], and throws when something does not come in time. */
internal fun run(
    subject: Subject,
    task: Task,
): Measured =
    when (task.kind) {
        Kind.INGEST -> ingest(subject, task)
        Kind.SEND -> send(subject, task)
        Kind.RTT -> rtt(subject, task)
        Kind.PIPELINE -> pipeline(subject, task)
        Kind.ASK_AT_RATE -> askAtRate(subject, task)
        Kind.CONNECTIONS -> Connections(subject, task).run()
    }

/** A receiver that ends the measurement. */
private abstract class Counter(
    payload: Payload,
    protected val meter: Meter,
) : Receiver(payload) {
    private val done = CompletableFuture<Unit>()

    protected fun finish() {
        meter.stop()
        done.complete(Unit)
    }

    override fun onLost(link: Link) {
        done.completeExceptionally(IllegalStateException("the link was lost"))
    }

    fun await() = done.get(LIMIT_SECONDS, TimeUnit.SECONDS)
}

private fun ingest(
    subject: Subject,
    task: Task,
): Measured {
    val meter = Meter()
    val receiver =
        object : Counter(task.payload, meter) {
            private var seen = 0L

            /** Nothing may be optimised away, and nothing may be short. */
            private var bytes = 0L
            private var firsts = 0L

            override fun onMessage(
                link: Link,
                size: Int,
                first: Int,
            ) {
                bytes += size
                firsts += first
                if (++seen == task.count) {
                    check(bytes == task.count * task.sizeBytes && firsts > 0) { "$bytes bytes came in" }
                    finish()
                }
            }
        }
    val kind = if (task.payload == Payload.STRING) "text" else "binary"
    subject.open("${task.server}/flood?size=${task.sizeBytes}&kind=$kind&n=${task.count}", receiver).use { link ->
        meter.start()
        link.begin {
            link.send(Message(2))
            link.flush()
        }
        receiver.await()
    }
    return meter.result(task.count)
}

/** The server says "go" and, when all has come in, "done". From the library's thread, "go" is what sets it off. */
private fun send(
    subject: Subject,
    task: Task,
): Measured {
    val meter = Meter()
    val message = Message(task.sizeBytes)
    val go = CompletableFuture<Unit>()
    val receiver =
        object : Counter(Payload.BYTES, meter) {
            override fun onMessage(
                link: Link,
                size: Int,
                first: Int,
            ) {
                if (first != 'g'.code) return finish()
                if (task.caller == Caller.LIBRARY) {
                    meter.start()
                    link.pump(message, task.count)
                }
                go.complete(Unit)
            }
        }
    subject.open("${task.server}/sink?n=${task.count}", receiver).use { link ->
        link.begin { }
        go.get(LIMIT_SECONDS, TimeUnit.SECONDS)
        if (task.caller != Caller.LIBRARY) meter.start()
        when (task.caller) {
            Caller.LIBRARY -> Unit
            Caller.COROUTINES -> sendFromCoroutines(link, message, task.count)
            Caller.THREADS -> sendFromThreads(link, message, task.count)
        }
        receiver.await()
    }
    return meter.result(task.count)
}

private fun shares(count: Long): List<Long> = List(SENDERS) { count / SENDERS + if (it < count % SENDERS) 1 else 0 }

private fun sendFromCoroutines(
    link: Link,
    message: Message,
    count: Long,
) = runBlocking(Dispatchers.Default) {
    shares(count)
        .map { share ->
            launch {
                var left = share
                while (left > 0) {
                    val burst = minOf(left, BURST.toLong()).toInt()
                    link.sendFromCoroutine(message, burst)
                    left -= burst
                }
            }
        }.joinAll()
}

private fun sendFromThreads(
    link: Link,
    message: Message,
    count: Long,
) {
    shares(count)
        .map { share ->
            thread(isDaemon = true, name = "sender") {
                var left = share
                while (left > 0) {
                    val burst = minOf(left, BURST.toLong()).toInt()
                    link.sendFromThread(message, burst)
                    left -= burst
                }
            }
        }.forEach { it.join() }
}

/** One in flight; the next leaves in the callback of the one before. */
private fun rtt(
    subject: Subject,
    task: Task,
): Measured {
    val meter = Meter()
    val message = Message(task.sizeBytes)
    val histogram = Measured.newHistogram()
    val receiver =
        object : Counter(Payload.BYTES, meter) {
            private var seen = 0L
            var from = 0L

            override fun onMessage(
                link: Link,
                size: Int,
                first: Int,
            ) {
                histogram.recordValue(System.nanoTime() - from)
                if (++seen == task.count) return finish()
                from = System.nanoTime()
                link.send(message)
                link.flush()
            }
        }
    subject.open("${task.server}/echo", receiver).use { link ->
        meter.start()
        link.begin {
            receiver.from = System.nanoTime()
            link.send(message)
            link.flush()
        }
        receiver.await()
    }
    return meter.result(task.count, corrected(histogram))
}

/**
 * A closed loop sends nothing while it waits for a late answer, and so leaves out the times that those would have had:
 * they are put in afterwards, as if one had been due at every median.
 */
private fun corrected(histogram: Histogram): Histogram =
    histogram.copyCorrectedForCoordinatedOmission(histogram.getValueAtPercentile(50.0))

private fun pipeline(
    subject: Subject,
    task: Task,
): Measured {
    val meter = Meter()
    // Shares of the same size, so that all callers are at work until the end.
    val count = maxOf(1, task.count / task.inFlight) * task.inFlight
    val echoes = Echoes(meter, count, task)
    subject.open("${task.server}/echo", echoes).use { link ->
        if (link !is AskingLink) {
            meter.start()
            link.begin {
                repeat(task.inFlight) { link.send(echoes.message) }
                link.flush()
            }
            echoes.await()
            return meter.result(count)
        }
        val histogram = Measured.newHistogram()
        meter.start()
        runBlocking {
            withTimeout(
                LIMIT_SECONDS.seconds,
            ) { link.askAll(task.caller, task.inFlight, count, task.sizeBytes, histogram) }
        }
        meter.stop()
        return meter.result(count, if (histogram.totalCount > 0) corrected(histogram) else histogram)
    }
}

private class Echoes(
    meter: Meter,
    private val count: Long,
    task: Task,
) : Counter(Payload.BYTES, meter) {
    val message = Message(task.sizeBytes)
    private var seen = 0L
    private var sent = task.inFlight.toLong()
    private var isUnflushed = false

    override fun onMessage(
        link: Link,
        size: Int,
        first: Int,
    ) {
        if (++seen == count) return finish()
        if (sent == count) return
        sent++
        link.send(message)
        isUnflushed = true
    }

    override fun onReadComplete(link: Link) {
        if (!isUnflushed) return
        isUnflushed = false
        link.flush()
    }
}
