package io.github.belay.benchmarks.subject

import org.HdrHistogram.Histogram

/** What comes in is looked at as bytes where it lies, or decoded to a `String`. */
enum class Payload { BYTES, STRING }

/** Who sends or asks. */
enum class Caller {
    /** The thread on which the library hands messages to its user. */
    LIBRARY,

    /** Coroutines on `Dispatchers.Default`. */
    COROUTINES,

    /** Threads of the program's own, which may block. */
    THREADS,
}

/** One WebSocket client under test, as its documentation says to use it. Lives as long as its agent. */
interface Subject : AutoCloseable {
    /** True if a lost link comes back without the user's doing; [Receiver.onOpen] tells of each. */
    val reconnects: Boolean get() = false

    /** Opens a link to [url], which stands when this returns. May be called from many threads. */
    fun open(
        url: String,
        receiver: Receiver,
    ): Link

    override fun close() = Unit
}

/** Hears of one link, on the library's threads, one call at a time. */
abstract class Receiver(
    /** How messages are wanted. */
    val payload: Payload,
) {
    /** The link stands, for the first time or again. */
    open fun onOpen(link: Link) = Unit

    /** A message of [size] bytes (or characters) that begins with [first]. */
    open fun onMessage(
        link: Link,
        size: Int,
        first: Int,
    ) = Unit

    /** What one read brought has been handed over. Only some libraries tell. */
    open fun onReadComplete(link: Link) = Unit

    /** The link is gone; may be told more than once. */
    open fun onLost(link: Link) = Unit
}

/** An open link. */
interface Link : AutoCloseable {
    /**
     * Begins: runs [task] on the thread that the library would choose for it, if it has one, else here. Called once,
     * before all below.
     */
    fun begin(task: () -> Unit) = task()

    /** Hands one message over, within [begin] or a callback. For a few at a time: nothing holds the caller back. */
    fun send(message: Message)

    /** Lets go what was sent, where the library leaves that to its user. */
    fun flush() = Unit

    /** Sends [count] messages from within a callback, as fast as the library takes them. May return before they are sent. */
    fun pump(
        message: Message,
        count: Long,
    )

    /** Sends [count] messages from a coroutine and returns when it is right to go on. May be called from many. */
    suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    )

    /** The same from a thread that may block. */
    fun sendFromThread(
        message: Message,
        count: Int,
    )
}

/** A link with requests of its own that are matched with their answers. */
interface AskingLink : Link {
    /**
     * Keeps [inFlight] requests under way, of [sizeBytes] each, until [count] have been answered; suspends until then.
     * With one in flight, the time of each goes into [histogram].
     */
    suspend fun askAll(
        caller: Caller,
        inFlight: Int,
        count: Long,
        sizeBytes: Int,
        histogram: Histogram,
    )

    /** Suspends until one request is answered. */
    suspend fun askOnce(sizeBytes: Int)
}
