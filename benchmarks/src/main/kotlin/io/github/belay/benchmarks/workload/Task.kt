package io.github.belay.benchmarks.workload

import io.github.belay.benchmarks.subject.Caller
import io.github.belay.benchmarks.subject.Payload

/** What a link is made to do. */
enum class Kind {
    /** Receive a flood. */
    INGEST,

    /** Send a flood. */
    SEND,

    /** Send and wait for the echo, once after the other, in callbacks: no requests. */
    RTT,

    /** Keep some in flight: requests where the subject has them, else bare callbacks. */
    PIPELINE,

    /** Ask at a fixed rate while the same link is flooded, or not. */
    ASK_AT_RATE,

    /** Hold idle links, lose them all at once, and get them back. */
    CONNECTIONS,
}

/** One measured run, as it is asked of an agent: `key=value` words on a line. */
class Task(
    val kind: Kind,
    /** Up to the path: `ws://127.0.0.1:1234`. */
    val server: String,
    /** Messages, or links. */
    val count: Long,
    val sizeBytes: Int = 100,
    val payload: Payload = Payload.BYTES,
    val caller: Caller = Caller.LIBRARY,
    val inFlight: Int = 1,
    /** Messages of the flood in a second; [Kind.ASK_AT_RATE] only. */
    val floodRate: Int = 0,
) {
    fun encode(): String =
        "kind=$kind server=$server count=$count sizeBytes=$sizeBytes payload=$payload caller=$caller " +
            "inFlight=$inFlight floodRate=$floodRate"

    companion object {
        /** Throws [NoSuchElementException] for a line that misses a word. */
        fun decode(line: String): Task {
            val words = line.words()
            return Task(
                kind = Kind.valueOf(words.getValue("kind")),
                server = words.getValue("server"),
                count = words.getValue("count").toLong(),
                sizeBytes = words.getValue("sizeBytes").toInt(),
                payload = Payload.valueOf(words.getValue("payload")),
                caller = Caller.valueOf(words.getValue("caller")),
                inFlight = words.getValue("inFlight").toInt(),
                floodRate = words.getValue("floodRate").toInt(),
            )
        }
    }
}

/** The words of a line of the protocol between driver and agent. */
internal fun String.words(): Map<String, String> =
    trim().split(' ').associate { it.substringBefore('=') to it.substringAfter('=') }
