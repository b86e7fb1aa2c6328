package io.github.belay.testing.sim

/** What must hold in every run. */
public enum class Invariant(
    /** The rule in words. */
    public val rule: String,
) {
    /** Of the transport: sockets that are open at the same time. */
    ONE_LINK("at most one link is open, and at most one attempt under way"),

    /** Of requests and messages. */
    ONE_OUTCOME("every request and every message ends in exactly one outcome"),

    /** Of requests and messages. */
    TRUE_OUTCOME("an outcome is true: what was not delivered never left, what was confirmed was executed once"),

    /** Of requests, waits for a link, handshakes and heartbeats. */
    DEADLINE("a time limit passes neither early nor late"),

    /** Of messages that were told. */
    SEND_ORDER("messages leave in the order in which they were told, each at most once"),

    /** Of `status`. */
    STATUS_GRAPH("the status moves along the allowed edges only"),

    /** Of `lifecycle`. */
    LIFECYCLE_ORDER("the events of each generation come in order, and no generation returns"),

    /** Of queue, request table, commands and inbound buffers. */
    BOUNDS("nothing holds more than its bound"),

    /** Of `messages`. */
    TOPIC_ORDER("what came in is delivered once and in order; a topic has a gap only where a link ended"),

    /** Of reconnects. */
    BACKOFF("a reconnect begins when strategy, floor and server said"),

    /** Of `stats()`. */
    TRUE_STATS("the statistics say what happened"),

    /** After the end. */
    NOTHING_LEFT("after the end no coroutine, no timer and no open link is left, and nobody waits"),

    /** After the faults have stopped. */
    LIVENESS("once the faults have stopped, who should be connected is connected and subscribed"),

    /** Of the server's subscriptions, always and after the faults have stopped. */
    SUBSCRIPTIONS("nothing is subscribed to twice, and in the end what is wanted is subscribed to, and nothing else"),

    /** Of everything. */
    NO_ERROR("no coroutine ends with an exception that nobody handles"),
}

/** An [invariant] that did not hold. */
public class Violation(
    /** Which one. */
    public val invariant: Invariant,
    /** What was seen instead. */
    public val text: String,
) {
    override fun toString(): String = "$invariant: $text"
}

/** Collects violations of one run. Confined to its thread. */
internal class Violations(
    private val trace: RunTrace,
) {
    private val found = ArrayList<Violation>()

    /** In the order of the rules, and those of one rule in the order of time. */
    val all: List<Violation> get() = found.sortedBy { it.invariant }
    val isEmpty: Boolean get() = found.isEmpty()

    fun add(
        invariant: Invariant,
        text: String,
    ) {
        if (found.count { it.invariant == invariant } == MAX_KEPT) return
        found += Violation(invariant, text)
        trace.note("VIOLATION", "$invariant: $text")
    }

    /** Adds a violation unless [holds]. */
    inline fun require(
        holds: Boolean,
        invariant: Invariant,
        text: () -> String,
    ) {
        if (!holds) add(invariant, text())
    }

    private companion object {
        /** Of one rule: a request that never ends should not hide what else is wrong. */
        const val MAX_KEPT = 5
    }
}
