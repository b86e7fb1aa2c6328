package io.github.belay.testing.sim

import io.github.belay.testing.SimOrder

/**
 * A connection under the worst that a network, a server and a user can do, in virtual time: one seed is one run, and the
 * same seed is the same run for ever.
 *
 * A run is 60 s of requests, messages, connects, disconnects and pauses, against drops, resets, half-open links, stalls,
 * refusals, slow handshakes, violations and floods, of which the last 14 s are without faults. Throughout and at the end
 * the rules of [Invariant] are checked. A run takes milliseconds, touches no clock, no socket and no thread but the
 * caller's, and any number may run at the same time on threads of their own.
 */
public object Simulation {
    /** Runs [seed] with tasks of one instant taken in [order]. Stops at the first violation before the end. */
    @JvmStatic
    public fun run(
        seed: Long,
        order: SimOrder,
    ): SimulationReport = run(Scenario.of(seed, order))

    /**
     * Runs [seed] and, if that breaks a rule, looks for the smallest part of its faults and operations that still does,
     * in up to some thousand runs.
     */
    @JvmStatic
    public fun runAndShrink(
        seed: Long,
        order: SimOrder,
    ): SimulationReport = run(seed, order).let { if (it.isGood) it else shrink(it) }

    internal fun run(
        scenario: Scenario,
        seams: Seams = Seams(),
    ): SimulationReport = World(scenario, seams).run()

    internal fun shrink(
        failed: SimulationReport,
        seams: () -> Seams = ::Seams,
    ): SimulationReport = Shrinker { run(it, seams()) }.shrink(failed)
}
