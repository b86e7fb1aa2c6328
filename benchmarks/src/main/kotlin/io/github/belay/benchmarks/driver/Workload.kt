package io.github.belay.benchmarks.driver

import io.github.belay.benchmarks.subject.Caller
import io.github.belay.benchmarks.subject.Payload
import io.github.belay.benchmarks.subject.SubjectEntry
import io.github.belay.benchmarks.workload.Kind
import io.github.belay.benchmarks.workload.Task

/** What subjects are measured at, side by side: one table of the report. */
internal class Workload(
    /** Without a comma: on the command line, those stand between names. */
    val name: String,
    val kind: Kind,
    val sizeBytes: Int = 100,
    val payload: Payload = Payload.BYTES,
    val caller: Caller = Caller.LIBRARY,
    val inFlight: Int = 1,
    val floodRate: Int = 0,
    val connections: Int = 0,
    val isSecure: Boolean = false,
    /** Only for subjects with requests of their own. */
    val onlyAsking: Boolean = false,
    /** Part of `--quick`. */
    val isQuick: Boolean = true,
) {
    /** Times are of single messages, and the table is one of percentiles. */
    val isTimed: Boolean get() =
        kind == Kind.RTT || kind == Kind.ASK_AT_RATE ||
            (kind == Kind.PIPELINE && inFlight == 1)

    fun suits(subject: SubjectEntry): Boolean = (subject.asks || !onlyAsking) && connections <= subject.maxConnections

    fun task(
        server: String,
        count: Long,
    ): Task = Task(kind, server, count, sizeBytes, payload, caller, inFlight, floodRate)

    override fun toString(): String = name
}

/** All workloads, in the order of the report. */
internal object Workloads {
    val ingestBytes = Workload("ingest 100 B as bytes", Kind.INGEST)
    val ingestString = Workload("ingest 100 B as String", Kind.INGEST, payload = Payload.STRING)
    val ingestKib = Workload("ingest 1 KiB as bytes", Kind.INGEST, sizeBytes = 1024)
    private val ingestKibString =
        Workload("ingest 1 KiB as String", Kind.INGEST, sizeBytes = 1024, payload = Payload.STRING, isQuick = false)
    private val ingest16Kib = Workload("ingest 16 KiB as bytes", Kind.INGEST, sizeBytes = 16 * 1024, isQuick = false)

    val sendFromLibrary = Workload("send 100 B from the library's thread", Kind.SEND)
    val sendFromCoroutines = Workload("send 100 B from coroutines on Default", Kind.SEND, caller = Caller.COROUTINES)
    val sendFromThreads = Workload("send 100 B from threads", Kind.SEND, caller = Caller.THREADS)

    val roundTrip = Workload("round trip of 100 B", Kind.RTT)
    val askFromLibrary = Workload("ask by a caller on the library's thread", Kind.PIPELINE, onlyAsking = true)
    val askFromDefault =
        Workload("ask by a caller on Default", Kind.PIPELINE, caller = Caller.COROUTINES, onlyAsking = true)
    val inFlight64 = Workload("64 in flight of 100 B", Kind.PIPELINE, caller = Caller.COROUTINES, inFlight = 64)
    val inFlight1024 = Workload("1024 in flight of 100 B", Kind.PIPELINE, caller = Caller.COROUTINES, inFlight = 1024)

    val asking64 =
        Workload("64 in flight by callers on the library's thread", Kind.PIPELINE, inFlight = 64, onlyAsking = true)
    val asking1024 =
        Workload("1024 in flight by callers on the library's thread", Kind.PIPELINE, inFlight = 1024, onlyAsking = true)

    val askIdle = Workload("ask 1000/s on an idle link", Kind.ASK_AT_RATE, onlyAsking = true)
    val askFlooded =
        Workload("ask 1000/s on a link flooded with 1 M/s", Kind.ASK_AT_RATE, floodRate = 1_000_000, onlyAsking = true)

    val secureIngest = Workload("ingest 100 B as bytes with TLS", Kind.INGEST, isSecure = true)
    private val secureIngest16Kib =
        Workload(
            "ingest 16 KiB as bytes with TLS",
            Kind.INGEST,
            sizeBytes = 16 * 1024,
            isSecure = true,
            isQuick = false,
        )
    val secureSend = Workload("send 100 B from the library's thread with TLS", Kind.SEND, isSecure = true)
    val secureRoundTrip = Workload("round trip of 100 B with TLS", Kind.RTT, isSecure = true)

    private val connections1 = connections("1 idle connection", 1)
    private val connections100 = connections("100 idle connections", 100)
    private val connections1000 = connections("1000 idle connections", 1000, isQuick = false)
    val connections10000 = connections("10000 idle connections", 10_000, isQuick = false)

    private fun connections(
        name: String,
        count: Int,
        isQuick: Boolean = true,
    ) = Workload(name, Kind.CONNECTIONS, connections = count, isQuick = isQuick)

    val all: List<Workload> =
        listOf(
            ingestBytes,
            ingestString,
            ingestKib,
            ingestKibString,
            ingest16Kib,
            sendFromLibrary,
            sendFromCoroutines,
            sendFromThreads,
            roundTrip,
            askFromLibrary,
            askFromDefault,
            inFlight64,
            inFlight1024,
            asking64,
            asking1024,
            askIdle,
            askFlooded,
            secureIngest,
            secureIngest16Kib,
            secureSend,
            secureRoundTrip,
            connections1,
            connections100,
            connections1000,
            connections10000,
        )
}
