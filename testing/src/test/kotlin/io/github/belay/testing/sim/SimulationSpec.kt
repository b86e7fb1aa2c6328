package io.github.belay.testing.sim

import io.github.belay.testing.SimOrder
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.maps.shouldContainKeys
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private const val SEEDS = 2000L

private fun SimulationReport.shouldBeGood() {
    if (isGood) return
    withClue(Simulation.shrink(this).describe()) { isGood.shouldBeTrue() }
}

/** Everything that the rules speak of and that a schedule can bring about. */
private val whatRunsReach =
    arrayOf(
        "Closed",
        "Connecting",
        "Disconnected",
        "GaveUp",
        "Opened",
        "Ready",
        "Refused",
        "SubscriptionFailed",
        "message",
        "TellOutcome\$Done",
        "TellOutcome\$Dropped",
        "TellOutcome\$NotDelivered",
        "TellOutcome\$QueueFull",
        "TellOutcome\$Unknown",
        "WsSubscriptionOutcome\$AlreadySubscribed",
        "WsSubscriptionOutcome\$Closed",
        "WsSubscriptionOutcome\$NotSubscribed",
        "WsSubscriptionOutcome\$Rejected",
        "WsSubscriptionOutcome\$StillHeld",
        "WsSubscriptionOutcome\$Stored",
        "WsSubscriptionOutcome\$Subscribed",
        "WsSubscriptionOutcome\$Superseded",
        "WsSubscriptionOutcome\$Unconfirmed",
        "WsSubscriptionOutcome\$Unsubscribed",
        "WsDelegatedOk",
        "WsDelegatedOk confirmed",
        "WsDelegatedError\$EndpointRejected",
        "WsDelegatedError\$NotDelivered",
        "WsDelegatedError\$PayloadMismatch",
        "WsDelegatedError\$TooManyPending",
        "WsDelegatedError\$Unconfirmed",
        "endpoint_requested",
        "handshake_invalid",
        "handshake_rejected",
        "handshake_timed_out",
        "handshake_unreachable",
        "internal_error",
        "pong_timeout",
        "protocol_violation",
        "read_failure",
        "reading goes on",
        "reading stops",
        "remote_closed",
        "requested",
        "server_error",
        "stale_data",
        "write_failure",
        "write_timeout",
    )

class SimulationSpec :
    FunSpec({
        test("$SEEDS seeds keep every rule in both orders, and reach everything there is").config(timeout = 5.minutes) {
            val result = Sweep().over(1..SEEDS)
            result.bad.firstOrNull()?.shouldBeGood()
            result.runs shouldBe SEEDS * SimOrder.entries.size
            result.reached.shouldContainKeys(*whatRunsReach)
        }

        test("a day of failures leaves the connection as good as new").config(timeout = 5.minutes) {
            val day =
                Pace(
                    24.hours,
                    quiet = 60.seconds,
                    faultEvery = 60.seconds,
                    operateEvery = 5.seconds,
                    tickEvery = 5.seconds,
                    pressEvery = 5.minutes,
                )
            val report = Simulation.run(Scenario.of(seed = 1, SimOrder.SHUFFLED, day))
            report.shouldBeGood()
            report.length shouldBe 24.hours + 20.seconds
            report.reached.getValue("Ready") shouldBeGreaterThan 500
            report.reached.getValue("message") shouldBeGreaterThan 10_000
        }

        for (order in SimOrder.entries) {
            test("a seed is the same run every time, $order") {
                val first = Simulation.run(seed = 42, order)
                val second = Simulation.run(seed = 42, order)
                second.traceHash shouldBe first.traceHash
                second.steps shouldBe first.steps
                second.traceTail shouldBe first.traceTail
                first.steps shouldBeGreaterThan 1000L
            }

            test("a seed is the same run whatever ran before, $order") {
                val upwards = (1L..20L).map { Simulation.run(it, order).traceHash }
                (20L downTo 1L).map { Simulation.run(it, order).traceHash } shouldBe upwards.reversed()
            }
        }

        test("seeds and orders are different runs") {
            val runs = (1L..20L).flatMap { seed -> SimOrder.entries.map { Simulation.run(seed, it).traceHash } }
            runs.toSet().size shouldBe runs.size
        }

        test("a scenario is decided by its seed") {
            Scenario.of(7, SimOrder.FIFO) shouldBe Scenario.of(7, SimOrder.FIFO)
            Scenario.of(7, SimOrder.FIFO) shouldNotBe Scenario.of(8, SimOrder.FIFO)
        }

        for ((seed, order) in storedSeeds()) {
            test("stored seed $seed keeps every rule, $order") { Simulation.run(seed, order).shouldBeGood() }
        }

        test("seeds that once failed are stored") {
            storedSeeds() shouldContain (8L to SimOrder.FIFO)
        }
    })

/** Every line of the files in `seeds`: a seed, `fifo`, `shuffled` or `both`, and after a `#` what it found. */
private fun storedSeeds(): List<Pair<Long, SimOrder>> {
    val file = checkNotNull(SimulationSpec::class.java.getResource("/seeds/failed.txt")) { "no stored seeds" }
    return file.readText().lines().map { it.substringBefore('#').trim() }.filter { it.isNotEmpty() }.flatMap { line ->
        val (seed, order) = line.split(' ')
        SimOrder.entries.filter { order == "both" || it.name.equals(order, ignoreCase = true) }.map {
            seed.toLong() to
                it
        }
    }
}
