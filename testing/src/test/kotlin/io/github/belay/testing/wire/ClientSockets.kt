package io.github.belay.testing.wire

import java.io.File
import java.util.concurrent.locks.LockSupport
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** The process's own view of its sockets, as Linux tells it. */
object ClientSockets {
    /** Sockets that somebody holds open and whose other end is [port], in whatever state they are. */
    fun heldTo(port: Int): Int =
        listOf("/proc/self/net/tcp", "/proc/self/net/tcp6").sumOf { table ->
            File(table).readLines().drop(1).count { line ->
                val fields = line.trim().split(Regex("\\s+"))
                fields[REMOTE].substringAfter(':').toInt(radix = 16) == port && fields[INODE] != NOBODY
            }
        }

    /** Waits until no socket to [port] is left. */
    fun awaitNoneTo(port: Int): Unit = awaitUntil("no socket to port $port is left") { heldTo(port) == 0 }

    private const val REMOTE = 2
    private const val INODE = 9

    /** The kernel still has such a socket, to send what is left, but no process does. */
    private const val NOBODY = "0"
}

/** Blocks until [condition] holds, and throws [AssertionError] when it does not within [patience]. */
fun awaitUntil(
    what: String,
    patience: Duration = 10.seconds,
    condition: () -> Boolean,
) {
    val deadline = TimeSource.Monotonic.markNow() + patience
    while (!condition()) {
        if (deadline.hasPassedNow()) throw AssertionError("waited $patience until $what")
        LockSupport.parkNanos(POLL.inWholeNanoseconds)
    }
}

private val POLL = 5.milliseconds
