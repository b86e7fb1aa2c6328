package io.github.belay.testing.sim

import java.util.TreeMap

/** Counts what a run reached, so that one can see that nothing was proved of things that never happened. */
internal class Tally {
    private val counts = TreeMap<String, Int>()

    fun add(what: String) {
        counts.merge(what, 1, Int::plus)
    }

    fun snapshot(): Map<String, Int> = TreeMap(counts)
}
