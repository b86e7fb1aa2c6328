package io.github.belay.internal.actor

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.math.ceil
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

private fun Long.shouldBeTrueTo(
    sorted: List<Long>,
    percent: Int,
) {
    val exact = sorted[ceil(percent / 100.0 * sorted.size).toInt() - 1]
    this shouldBeInRange exact - exact / 1_000..exact + exact / 1_000
}

class RoundTripsSpec :
    FunSpec({
        test("without samples every percentile is 0") {
            val trips = RoundTrips()
            trips.p50Micros shouldBe 0
            trips.p99Micros shouldBe 0
            trips.samples shouldBe 0
        }

        test("round trips below 1 microsecond and above 60 seconds count as these and as clamped") {
            val trips = RoundTrips()
            for (roundTrip in listOf(Duration.ZERO, (-5).milliseconds, 999.nanoseconds)) trips.record(roundTrip)
            trips.p99Micros shouldBe 1
            trips.clamped shouldBe 3
            trips.record(61.seconds)
            trips.record(10.minutes)
            trips.p50Micros shouldBe 1
            trips.p99Micros shouldBe 60_000_000
            trips.clamped shouldBe 5
            trips.samples shouldBe 5
        }

        test("the bounds themselves are not clamped") {
            val trips = RoundTrips()
            trips.record(1.microseconds)
            trips.record(60.seconds)
            trips.clamped shouldBe 0
            trips.p50Micros shouldBe 1
            trips.p99Micros shouldBe 60_000_000
        }

        test("percentiles are true to three digits after every round trip") {
            checkAll(50, Arb.list(Arb.long(1L..60_000_000L), 1..120)) { micros ->
                val trips = RoundTrips()
                micros.forEachIndexed { index, micro ->
                    trips.record(micro.microseconds)
                    val sorted = micros.take(index + 1).sorted()
                    trips.p50Micros.shouldBeTrueTo(sorted, 50)
                    trips.p99Micros.shouldBeTrueTo(sorted, 99)
                }
            }
        }
    })
