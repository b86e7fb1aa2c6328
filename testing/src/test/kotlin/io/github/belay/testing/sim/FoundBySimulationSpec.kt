package io.github.belay.testing.sim

import io.github.belay.policy.Jitter
import io.github.belay.request.WsConfirmMode
import io.github.belay.testing.SimOrder
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private infix fun Fault.at(time: Duration) = FaultEvent(time, this)

private infix fun Operation.at(time: Duration) = OperationEvent(time, this)

/** Runs [scenario] with some seeds in both orders; every rule has to hold in each. */
private fun shouldHold(scenario: Scenario) {
    for (order in SimOrder.entries) {
        for (seed in 1L..SEEDS) {
            val report = Simulation.run(scenario.copy(seed = seed, order = order))
            withClue(report.describe()) { report.isGood.shouldBeTrue() }
        }
    }
}

private const val SEEDS = 20L

/** What simulations found, cut down to what it takes. */
class FoundBySimulationSpec :
    FunSpec({
        val plain = Scenario(seed = 0, SimOrder.FIFO, operations = listOf(Operation.Connect() at 1.seconds))

        test("a request whose deadline passes while its frame is being written is not said to be withdrawn") {
            shouldHold(
                plain.copy(
                    faults = listOf(Fault.StallWrites(lasting = 500.milliseconds) at 4.seconds),
                    operations =
                        plain.operations +
                            (Operation.Ask(id = 1, WsConfirmMode.CONFIRMED, timeout = 20.milliseconds) at 4.1.seconds),
                ),
            )
        }

        test("a request that others still wait for is not said to be withdrawn") {
            shouldHold(
                plain.copy(
                    faults = listOf(Fault.StallWrites(lasting = 500.milliseconds) at 5.seconds),
                    operations =
                        plain.operations +
                            listOf(
                                // Fills the writer, so that the request waits in the queue.
                                Operation.Tell(first = 1, count = 1) at 5.05.seconds,
                                Operation.Ask(1, WsConfirmMode.CONFIRMED, timeout = 300.milliseconds, callers = 2) at
                                    5.1.seconds,
                            ),
                ),
            )
        }

        test("a request that is being written when the parent is cancelled is not said to be undelivered") {
            shouldHold(
                plain.copy(
                    operations =
                        plain.operations +
                            (1L..5L).map {
                                Operation.Ask(
                                    it,
                                    WsConfirmMode.CONFIRMED,
                                    timeout = 1.seconds,
                                ) at 5.seconds
                            },
                    ending = Ending.CANCEL_PARENT,
                    endsAt = 5.seconds,
                ),
            )
        }

        test("a link that lost its use before the stability window does not become stable during its farewell") {
            shouldHold(
                plain.copy(
                    faults =
                        listOf(
                            Fault.Refuse(Refusal.Unreachable, lasting = 3.seconds) at 0.seconds,
                            Fault.StallWrites(lasting = 3.seconds) at 6.3.seconds,
                            Fault.Say(Script.Retire) at 7.3.seconds,
                        ),
                    // Attempts at 1, 1.1, 1.3, 1.7, 2.5 and 4.1 s; ready at 4.1 s and stable at 7.6 s.
                    settings =
                        Settings(
                            jitter = Jitter.None,
                            latency = 1.milliseconds,
                            pingInterval = 60.seconds,
                            stabilityWindow = 3.5.seconds,
                        ),
                ),
            )
        }

        test("a link that opens while the user is still behind does not read on") {
            shouldHold(
                plain.copy(
                    faults =
                        listOf(
                            Fault.Flood(ticks = 20, burst = 20) at 4.6.seconds,
                            Fault.StallWrites(lasting = 1.5.seconds) at 4.8.seconds,
                        ),
                    operations =
                        plain.operations +
                            listOf(
                                Operation.PauseConsumer(lasting = 6.seconds, inHandler = true) at 4.5.seconds,
                                // Nobody takes it: a link that does not read notices its end when it writes.
                                Operation.Tell(first = 1, count = 1) at 5.seconds,
                            ),
                    settings = Settings(inboundCapacity = 4),
                ),
            )
        }

        test("room for messages while the next link is being opened does no harm") {
            shouldHold(
                plain.copy(
                    faults =
                        listOf(
                            Fault.Flood(ticks = 20, burst = 20) at 5.seconds,
                            Fault.SlowHandshake(delay = 1.5.seconds, lasting = 10.seconds) at 5.1.seconds,
                        ),
                    operations =
                        plain.operations +
                            listOf(
                                Operation.PauseConsumer(lasting = 2.seconds, inHandler = false) at 4.5.seconds,
                                Operation.Disconnect(code = 1000) at 5.5.seconds,
                                Operation.Connect() at 6.seconds,
                            ),
                    settings = Settings(inboundCapacity = 4),
                ),
            )
        }
    })
