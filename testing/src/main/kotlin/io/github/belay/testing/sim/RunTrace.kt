package io.github.belay.testing.sim

import io.github.belay.testing.SimTrace
import kotlin.time.Duration

/**
 * What happened in a run: a hash over everything, to tell two runs apart, and the last [MAX_NOTES] notes, to read.
 *
 * Confined to the run's thread.
 */
internal class RunTrace(
    /** Called before each task with the name of its coroutine; throws to end the run. */
    private val beforeStep: (String) -> Unit,
) : SimTrace {
    private class Note(
        val at: Duration,
        val who: String,
        val what: String,
    ) {
        override fun toString(): String = "$at $who: $what"
    }

    private val notes = ArrayDeque<Note>()
    private var now = Duration.ZERO

    /** Depends on every task and every note, in order. */
    var hash: Long = FNV_OFFSET
        private set

    override fun onStep(
        step: Long,
        at: Duration,
        coroutine: String,
    ) {
        now = at
        mix(at.inWholeNanoseconds)
        mix(coroutine.hashCode().toLong())
        beforeStep(coroutine)
    }

    /** Notes that [who] did or heard [what]. */
    fun note(
        who: String,
        what: Any,
    ) {
        val note = Note(now, who, what.toString())
        mix(note.what.hashCode().toLong())
        if (notes.size == MAX_NOTES) notes.removeFirst()
        notes.addLast(note)
    }

    /** The newest [count] notes, oldest first. */
    fun tail(count: Int): List<String> = notes.takeLast(count).map { it.toString() }

    private fun mix(value: Long) {
        hash = (hash xor value) * FNV_PRIME
    }

    private companion object {
        const val MAX_NOTES = 200
        const val FNV_OFFSET = -0x340d631b7bdddcdbL
        const val FNV_PRIME = 0x100000001b3L
    }
}
