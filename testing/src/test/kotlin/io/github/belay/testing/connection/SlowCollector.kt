package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.launch

/** Collects messages, but does not get past the first one until it is told to. */
internal class SlowCollector(
    scenario: Scenario,
    actor: WebSocketActor<String>,
) {
    private val gate = CompletableDeferred<Unit>()

    val seen = ArrayList<String>()

    init {
        scenario.test.backgroundScope.launch {
            actor.messages.collect {
                gate.await()
                seen += it
            }
        }
        scenario.settle()
    }

    fun goOn() {
        gate.complete(Unit)
    }
}
