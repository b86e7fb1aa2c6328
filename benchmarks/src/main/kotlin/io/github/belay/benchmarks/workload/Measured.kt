package io.github.belay.benchmarks.workload

import org.HdrHistogram.Histogram
import java.nio.ByteBuffer
import java.util.Base64

/** What one run showed. */
class Measured(
    val count: Long,
    val nanos: Long,
    /** User and system time of all threads of the agent. */
    val cpuNanos: Long,
    val allocatedBytes: Long,
    /** Times in nanoseconds; empty where none were taken. */
    val histogram: Histogram = newHistogram(),
    /** More heap than before the links were opened, after a collection; [Kind.CONNECTIONS] only. */
    val heapBytes: Long = 0,
    /** From the loss of all links until all are back; [Kind.CONNECTIONS] only. */
    val stormNanos: Long = 0,
) {
    val perSecond: Double get() = count * NANOS_PER_SECOND / nanos
    val cpuNanosEach: Double get() = cpuNanos.toDouble() / count
    val allocatedEach: Double get() = allocatedBytes.toDouble() / count
    val heapEach: Double get() = heapBytes.toDouble() / count

    /** The time in microseconds that [percentile] percent stay within. */
    fun micros(percentile: Double): Double = histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO

    fun encode(): String =
        "count=$count nanos=$nanos cpuNanos=$cpuNanos allocatedBytes=$allocatedBytes heapBytes=$heapBytes " +
            "stormNanos=$stormNanos histogram=${encode(histogram)}"

    companion object {
        private const val NANOS_PER_SECOND = 1e9
        private const val NANOS_PER_MICRO = 1e3
        private const val MAX_NANOS = 60_000_000_000L
        private const val DIGITS = 3

        /** One nanosecond to a minute, three digits. */
        fun newHistogram(): Histogram = Histogram(1, MAX_NANOS, DIGITS)

        fun decode(line: String): Measured {
            val words = line.words()

            fun number(name: String) = words.getValue(name).toLong()
            return Measured(
                number("count"),
                number("nanos"),
                number("cpuNanos"),
                number("allocatedBytes"),
                histogramOf(words.getValue("histogram")),
                number("heapBytes"),
                number("stormNanos"),
            )
        }

        private fun encode(histogram: Histogram): String {
            val bytes = ByteBuffer.allocate(histogram.neededByteBufferCapacity)
            val size = histogram.encodeIntoCompressedByteBuffer(bytes)
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array().copyOf(size))
        }

        private fun histogramOf(base64: String): Histogram =
            Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getUrlDecoder().decode(base64)), 1)
    }
}
