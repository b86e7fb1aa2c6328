package io.github.belay.benchmarks.report

import io.github.belay.benchmarks.driver.Cell
import io.github.belay.benchmarks.driver.Results
import io.github.belay.benchmarks.driver.Workload
import io.github.belay.benchmarks.driver.Workloads
import io.github.belay.benchmarks.subject.Subjects
import io.github.belay.benchmarks.workload.Measured

/** Which side of a limit is the good one. */
internal enum class Better { HIGHER, LOWER }

/** What of two measurements is compared. */
internal enum class Measure(
    val better: Better,
    /** False for what has a unit: such a row is held against its limit, not against another machine's figure. */
    val isRatio: Boolean,
    val combine: (subject: Measured, reference: Measured) -> Double,
) {
    RATE(Better.HIGHER, true, { subject, reference -> subject.perSecond / reference.perSecond }),
    P50(Better.LOWER, true, { subject, reference -> subject.micros(50.0) / reference.micros(50.0) }),
    P99(Better.LOWER, true, { subject, reference -> subject.micros(99.0) / reference.micros(99.0) }),
    P50_MICROS_ABOVE(Better.LOWER, false, { subject, reference -> subject.micros(50.0) - reference.micros(50.0) }),
    BYTES_EACH(Better.LOWER, false, { subject, _ -> subject.allocatedEach }),
    HEAP_KIB_EACH(Better.LOWER, false, { subject, _ -> subject.heapEach / 1024 }),
}

/** A promise: what must be reached, and what is aimed at. */
internal class RatioRow(
    val name: String,
    val subject: Cell,
    /** The same as [subject] where nothing is compared. */
    val reference: Cell,
    val measure: Measure,
    val must: Double,
    val aim: Double,
    /** Taken off the measured number. */
    val allowance: Double = 0.0,
) {
    /** Null while one of the two is not measured. */
    fun value(results: Results): Double? =
        paired(results.of(subject), results.of(reference), measure.combine)?.let { it.median - allowance }
}

/** All promises, from the table that the project was given. */
internal object RatioRows {
    private const val NETTY = Subjects.BELAY_NETTY
    private const val KTOR = Subjects.BELAY_KTOR

    /** The bytes of an answer of 100 bytes, with the array's own header. */
    private const val ANSWER_BYTES = 116.0

    val all: List<RatioRow> =
        listOf(
            rate(
                "ingest 100 B as bytes, over the bare splitter",
                Workloads.ingestBytes,
                NETTY,
                Subjects.BARE,
                0.80,
                0.92,
            ),
            overOkHttp("ingest 100 B as bytes, over OkHttp", Workloads.ingestBytes, 3.5, 5.0),
            overOkHttp("ingest 100 B as String, over OkHttp", Workloads.ingestString, 2.0, 3.0),
            overOkHttp("send 100 B from the loop, over OkHttp", Workloads.sendFromLibrary, 25.0, 80.0),
            overOkHttp("send 100 B from coroutines on Default, over OkHttp", Workloads.sendFromCoroutines, 10.0, 30.0),
            rate(
                "send 100 B from Java threads, over OkHttp",
                Workloads.sendFromThreads,
                Subjects.BELAY_NETTY_JAVA,
                Subjects.OKHTTP,
                10.0,
                30.0,
            ),
            // OkHttp's callbacks run on its reader's thread: so do callers on the loop, while those on Default add two hops.
            overCallbacks("64 in flight, callers on the loop", Workloads.asking64, Workloads.inFlight64, 4.0, 8.0),
            overCallbacks(
                "1,024 in flight, callers on the loop",
                Workloads.asking1024,
                Workloads.inFlight1024,
                20.0,
                33.0,
            ),
            overCallbacks("64 in flight, callers on Default", Workloads.inFlight64, Workloads.inFlight64, 4.0, 8.0),
            overCallbacks(
                "1,024 in flight, callers on Default",
                Workloads.inFlight1024,
                Workloads.inFlight1024,
                20.0,
                33.0,
            ),
            aboveEcho("ask p50 above the bare round trip, caller on the loop (us)", Workloads.askFromLibrary, 3.0, 1.5),
            aboveEcho(
                "ask p50 above the bare round trip, caller on Default (us)",
                Workloads.askFromDefault,
                25.0,
                12.0,
            ),
            rate(
                "Ktor: ingest 100 B as bytes, over the raw session",
                Workloads.ingestBytes,
                KTOR,
                Subjects.KTOR_RAW,
                0.85,
                0.95,
            ),
            rate(
                "Ktor: ingest 1 KiB as bytes, over the raw session",
                Workloads.ingestKib,
                KTOR,
                Subjects.KTOR_RAW,
                0.90,
                0.97,
            ),
            alone(
                "allocated for a frame of 100 B, view (bytes)",
                Workloads.ingestBytes,
                NETTY,
                Measure.BYTES_EACH,
                8.0,
                1.0,
            ),
            alone(
                "allocated for a frame of 100 B, String (bytes)",
                Workloads.ingestString,
                NETTY,
                Measure.BYTES_EACH,
                156.0,
                144.0,
            ),
            RatioRow(
                "allocated for an ask, without payload (bytes)",
                Cell(Workloads.inFlight64, NETTY),
                Cell(Workloads.inFlight64, NETTY),
                Measure.BYTES_EACH,
                350.0,
                150.0,
                ANSWER_BYTES,
            ),
            overOkHttp("wss: ingest 100 B as bytes, over OkHttp", Workloads.secureIngest, 1.6, 2.1),
            overOkHttp("wss: send 100 B, over OkHttp", Workloads.secureSend, 10.0, 30.0),
            RatioRow(
                "wss: round trip p50, over OkHttp",
                Cell(Workloads.secureRoundTrip, NETTY),
                Cell(Workloads.secureRoundTrip, Subjects.OKHTTP),
                Measure.P50,
                0.8,
                0.7,
            ),
            RatioRow(
                "ask p99 on a link flooded with 1 M/s, over idle",
                Cell(Workloads.askFlooded, NETTY),
                Cell(Workloads.askIdle, NETTY),
                Measure.P99,
                10.0,
                2.0,
            ),
            alone(
                "10,000 idle connections, heap of each, Netty (KiB)",
                Workloads.connections10000,
                NETTY,
                Measure.HEAP_KIB_EACH,
                16.0,
                8.0,
            ),
            alone(
                "10,000 idle connections, heap of each, Ktor (KiB)",
                Workloads.connections10000,
                KTOR,
                Measure.HEAP_KIB_EACH,
                32.0,
                26.0,
            ),
        )

    private fun rate(
        name: String,
        workload: Workload,
        subject: String,
        reference: String,
        must: Double,
        aim: Double,
    ) = RatioRow(name, Cell(workload, subject), Cell(workload, reference), Measure.RATE, must, aim)

    private fun overOkHttp(
        name: String,
        workload: Workload,
        must: Double,
        aim: Double,
    ) = rate(name, workload, NETTY, Subjects.OKHTTP, must, aim)

    private fun overCallbacks(
        name: String,
        asking: Workload,
        callbacks: Workload,
        must: Double,
        aim: Double,
    ) = RatioRow(
        "pipelined ask, $name, over OkHttp's callbacks",
        Cell(asking, NETTY),
        Cell(callbacks, Subjects.OKHTTP),
        Measure.RATE,
        must,
        aim,
    )

    private fun aboveEcho(
        name: String,
        workload: Workload,
        must: Double,
        aim: Double,
    ) = RatioRow(
        name,
        Cell(workload, NETTY),
        Cell(Workloads.roundTrip, Subjects.BARE),
        Measure.P50_MICROS_ABOVE,
        must,
        aim,
    )

    private fun alone(
        name: String,
        workload: Workload,
        subject: String,
        measure: Measure,
        must: Double,
        aim: Double,
    ) = RatioRow(name, Cell(workload, subject), Cell(workload, subject), measure, must, aim)
}
