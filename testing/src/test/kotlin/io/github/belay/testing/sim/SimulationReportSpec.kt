package io.github.belay.testing.sim

import io.github.belay.request.WsDelegatedRequest
import io.github.belay.testing.SimOrder
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.awaitCancellation
import kotlin.time.Duration.Companion.milliseconds

/** A connection that never answers a request. */
private val mute = asking { _, _ -> awaitCancellation() }

/** A connection that gives up on a request too early. */
private val impatient =
    asking { client, request ->
        val half = request.timeout / 2 + 1.milliseconds
        client.ask(WsDelegatedRequest.confirmed(request.id, request.frame, half))
    }

private fun failed(seams: () -> Seams): SimulationReport =
    (1L..10L).map { Simulation.run(Scenario.of(it, SimOrder.SHUFFLED), seams()) }.first { !it.isGood }

class SimulationReportSpec :
    FunSpec({
        test("the end of a run looks at everything, and tells of it in the order of the rules") {
            val broken = failed(mute).violations.map { it.invariant }
            broken shouldContainAll listOf(Invariant.ONE_OUTCOME, Invariant.NOTHING_LEFT)
            broken.shouldBeSorted()
        }

        test(
            "a failed run is cut down to what it takes, and told with its seed, its schedule and how to see it again",
        ) {
            val whole = failed(impatient)
            val shrunk = Simulation.shrink(whole, impatient)
            shrunk.violations.map { it.invariant } shouldContain Invariant.DEADLINE
            shrunk.scenario.faults.size + shrunk.scenario.operations.size shouldBeLessThan 8
            val lines = shrunk.describe().lines().filter { it.isNotEmpty() }
            val order = whole.order.name.lowercase()
            lines.first() shouldStartWith "seed ${whole.seed}, order $order: BAD"
            lines.filter { "DEADLINE" in it && "VIOLATION" !in it } shouldHaveSize shrunk.violations.size
            for (event in shrunk.scenario.operations) lines shouldContain "  ${event.at} ${event.operation}"
            for (event in shrunk.scenario.faults) lines shouldContain "  ${event.at} ${event.fault}"
            lines.last() shouldBe "replay: ./simulate --seed ${whole.seed} --order $order"
        }

        test("the command that a report ends in is understood, and means that run") {
            val report = Simulation.run(seed = 7, SimOrder.FIFO)
            val command = checkNotNull(SimulateCommand.parse(report.command.split(' ').drop(1)))
            command.seeds shouldBe 7L..7L
            command.orders shouldBe listOf(SimOrder.FIFO)
            report.describe() shouldContain "good"
        }
    })
