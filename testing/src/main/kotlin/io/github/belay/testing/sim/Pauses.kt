package io.github.belay.testing.sim

import kotlinx.coroutines.delay
import kotlin.time.Duration

/** How long the user takes for the next messages, in the endpoint's handler and in the collector. */
internal class Pauses {
    private class Spell(
        val each: Duration,
        var times: Int,
    )

    private val none = Spell(Duration.ZERO, times = 0)
    private var handler = none
    private var collector = none
    private var isOver = false

    fun add(pause: Operation.PauseConsumer) {
        if (isOver) return
        val spell = Spell(pause.lasting, pause.times)
        if (pause.inHandler) handler = spell else collector = spell
    }

    /** From now on the user is quick: whoever ends the connection wants to see the end. */
    fun end() {
        isOver = true
        handler = none
        collector = none
    }

    suspend fun inHandler() = sleep(handler)

    suspend fun inCollector() = sleep(collector)

    private suspend fun sleep(spell: Spell) {
        if (spell.times > 0) {
            spell.times--
            delay(spell.each)
        }
    }
}
