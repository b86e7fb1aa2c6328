package io.github.belay.internal.actor

import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.yield
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.Volatile

/**
 * The inputs that wait for the actor, and whose turn it is: one thread at a time takes turns.
 *
 * Usually that is the actor's coroutine, which runs [serve] and is rung for when something comes. A reader that brings
 * something and finds nobody at it takes the turn itself, by [turnOrPost]: what it brought then costs no hop.
 *
 * Nobody is ever made to wait: a command that finds no room is refused, and a fact always finds room, for there are only a
 * few of them for each link. Safe from any thread.
 *
 * @param turn handles one input; never called by two threads at once
 * @param onOver called once, as the last turn: the mailbox is closed and all that it took has been handled
 */
internal class Mailbox(
    private val turn: (Input) -> Unit,
    private val onOver: () -> Unit = {},
) {
    private enum class Phase {
        /** Nothing waits. */
        IDLE,

        /** Something waits, and the actor's coroutine was rung for. */
        RUNG,

        /** A thread takes turns. */
        BUSY,

        /** Closed, and empty. */
        OVER,
    }

    private val lock = Any()

    // Guarded by [lock].
    private var phase = Phase.IDLE
    private var waiting = ArrayDeque<Input>()
    private var isClosed = false

    /** The coroutine is dead; whoever is busy goes on to the end. */
    @Volatile
    private var isAbandoned = false

    private var waitingCommands = 0

    /** Commands that were [taken], whether their turn has come since or not. */
    private var takenCommands = 0

    /** What was [waiting] when its turn came. Belongs to whoever is busy. */
    private var taken = ArrayDeque<Input>()

    /** How many of the [takenCommands] have had their turn. Written by who is busy, read as far as need be: see [hasRoom]. */
    private val doneCommands = AtomicInteger()

    /** Goes before everything that waits. */
    @Volatile
    private var urgent: Input? = null

    /** What a turn threw on a foreign thread; it is the coroutine that fails of it. */
    @Volatile
    private var failure: Throwable? = null

    private val bell = Channel<Unit>(Channel.CONFLATED)

    /** Takes [command]; says what became of it. */
    fun offer(command: Input.Command): Admission {
        synchronized(lock) {
            if (isClosed) return Admission.CLOSED
            if (!hasRoom()) return Admission.FULL
            waitingCommands++
            if (!add(command)) return Admission.TAKEN
        }
        bell.trySend(Unit)
        return Admission.TAKEN
    }

    /**
     * What is done is only looked at when it matters: a counter that whoever offers and whoever takes turns both wrote to for
     * each command would go from CPU to CPU with each.
     */
    private fun hasRoom(): Boolean =
        waitingCommands + takenCommands < MAX_COMMANDS ||
            waitingCommands + takenCommands - doneCommands.get() < MAX_COMMANDS

    /** Takes [fact]; after the end it is dropped. */
    fun post(fact: Input.Fact) {
        synchronized(lock) {
            if (isClosed || !add(fact)) return
        }
        bell.trySend(Unit)
    }

    /** True if the coroutine is to be rung for. */
    private fun add(input: Input): Boolean {
        waiting.addLast(input)
        if (phase != Phase.IDLE) return false
        phase = Phase.RUNG
        return true
    }

    /**
     * [post]; and when nobody is at it the calling thread takes the turns of what waits, [fact]'s among them: at most
     * [TURNS_IN_A_ROW], the rest is left to the coroutine.
     */
    fun turnOrPost(fact: Input.Fact) {
        synchronized(lock) {
            if (isClosed) return
            waiting.addLast(fact)
            if (phase == Phase.BUSY) return
            phase = Phase.BUSY
        }
        turnElsewhere()
    }

    @Suppress("TooGenericExceptionCaught") // It is the coroutine that fails of it.
    private fun turnElsewhere() {
        do {
            try {
                if (!takeTurns()) return
            } catch (thrown: Throwable) {
                failure = thrown
            }
        } while (isAbandoned && begin())
        bell.trySend(Unit)
    }

    /** Takes turns until the mailbox is over; the body of the actor's coroutine. */
    suspend fun serve() {
        for (ring in bell) {
            failure?.let { throw it }
            // Turns may run on the loop that reads for many links, and no flood of commands may hold that up.
            while (begin() && takeTurns()) yield()
        }
    }

    private fun begin(): Boolean =
        synchronized(lock) {
            (phase == Phase.RUNG).also { if (it) phase = Phase.BUSY }
        }

    /** True if something is left, for which the coroutine has to come. */
    private fun takeTurns(): Boolean {
        var isDone = false
        try {
            repeat(TURNS_IN_A_ROW) {
                val input = next()
                if (input == null) {
                    isDone = true
                    return false
                }
                turn(input)
            }
            return true
        } finally {
            if (!isDone) synchronized(lock) { phase = Phase.RUNG }
        }
    }

    /** The next input; null when there is none, and then nobody is busy any more. */
    private fun next(): Input? {
        while (true) {
            urgent?.let {
                urgent = null
                return it
            }
            if (taken.isNotEmpty()) {
                return taken.removeFirst().also {
                    if (it is Input.Command) doneCommands.lazySet(doneCommands.get() + 1)
                }
            }
            if (!refill()) return null
        }
    }

    /** False if nothing waits. Decided under the lock, so that nothing urgent can come in between and be left behind. */
    private fun refill(): Boolean {
        synchronized(lock) {
            if (urgent != null) return true
            if (waiting.isNotEmpty()) {
                waiting = taken.also { taken = waiting }
                takenCommands = waitingCommands
                waitingCommands = 0
                doneCommands.set(0)
                return true
            }
            phase = if (isClosed) Phase.OVER else Phase.IDLE
            if (!isClosed) return false
        }
        onOver()
        bell.close()
        return false
    }

    /** Takes no more. To be called in a turn. */
    fun close() {
        synchronized(lock) { isClosed = true }
    }

    /** The coroutine is dead: takes no more; [last] and then what is left have their turns, here or where one is taken now. */
    fun abandon(last: Input.Fact) {
        synchronized(lock) {
            if (phase == Phase.OVER) return
            isClosed = true
            isAbandoned = true
            urgent = last
            if (phase == Phase.BUSY) return
            phase = Phase.BUSY
        }
        turnElsewhere()
    }

    companion object {
        /** Commands that may wait. */
        const val MAX_COMMANDS = 1024

        /** Turns that may be taken before others on the same thread get theirs. */
        private const val TURNS_IN_A_ROW = 256
    }
}

/** What became of a command. */
internal enum class Admission { TAKEN, FULL, CLOSED }
