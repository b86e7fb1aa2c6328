package io.github.belay.testing.sim

import io.github.belay.testing.SimOrder
import io.kotest.assertions.withClue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import kotlin.time.Duration

/** What a rule says about something that a test does to it. */
internal fun broken(act: (Violations) -> Unit): List<Invariant> {
    val violations = Violations(RunTrace {})
    act(violations)
    return violations.all.map { it.invariant }
}

/** A clock that a test moves. */
internal class HandClock : () -> Duration {
    var time: Duration = Duration.ZERO

    override fun invoke(): Duration = time
}

/** Runs some seeds with [seams]; at least one run has to break [invariant], and without them none may. */
internal fun shouldTurnRed(
    invariant: Invariant,
    ending: Ending? = null,
    seams: () -> Seams,
) {
    val scenarios =
        (1L..SEEDS_OF_A_PROOF).map { seed ->
            Scenario.of(seed, SimOrder.SHUFFLED).let {
                it.copy(
                    ending =
                        ending ?: it.ending,
                )
            }
        }
    scenarios.flatMap { Simulation.run(it).violations }.shouldBeEmpty()
    val broken = scenarios.flatMap { scenario -> Simulation.run(scenario, seams()).violations.map { it.invariant } }
    withClue("with the planted fault") { broken shouldContain invariant }
}

private const val SEEDS_OF_A_PROOF = 10L
