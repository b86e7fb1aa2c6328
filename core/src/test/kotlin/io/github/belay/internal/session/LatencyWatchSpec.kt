package io.github.belay.internal.session

import io.github.belay.lifecycle.WsPercentile
import io.github.belay.policy.WsLatencyPolicy
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.milliseconds

private fun watching(
    percentile: WsPercentile = WsPercentile.P99,
    minSamples: Int = 1,
    consecutiveBreaches: Int = 1,
    window: Int = 100,
) = LatencyWatch(WsLatencyPolicy(100.milliseconds, percentile, minSamples, consecutiveBreaches, window))

/** What comes of one round trip of so many milliseconds after the other. */
private fun LatencyWatch.samples(vararg millis: Int): List<LatencyWatch.Breach?> =
    millis.map { sample(it.milliseconds) }

class LatencyWatchSpec :
    FunSpec({
        test("below the least number of samples nothing counts") {
            val watch = watching(minSamples = 3, consecutiveBreaches = 2)
            watch.samples(500, 500, 500).forEach { it.shouldBeNull() }
            watch.samples(500).single().shouldNotBeNull()
        }

        test("as many looks in a row as asked for make a breach, which says what was seen over how many") {
            val watch = watching(consecutiveBreaches = 3)
            watch.samples(150, 200).forEach { it.shouldBeNull() }
            val breach = watch.samples(180).single().shouldNotBeNull()
            breach.observedMicros shouldBe 200_000
            breach.samples shouldBe 3
        }

        test("what is reached is not exceeded") {
            watching().samples(100, 100).forEach { it.shouldBeNull() }
        }

        test("one good look and the count begins anew") {
            val watch = watching(WsPercentile.P50, consecutiveBreaches = 2, window = 1)
            watch.samples(150, 50, 150, 50, 150).forEach { it.shouldBeNull() }
            watch.samples(150).single().shouldNotBeNull()
        }

        test("a breach is told once, and again only after a good look") {
            val watch = watching(WsPercentile.P50, consecutiveBreaches = 2, window = 1)
            watch.samples(150, 150, 150, 150).map { it != null } shouldBe listOf(false, true, false, false)
            watch.samples(50, 150, 150).map { it != null } shouldBe listOf(false, false, true)
        }

        test("an early bad phase is over once it has left the window") {
            val watch = watching(WsPercentile.P99, minSamples = 10, consecutiveBreaches = 10, window = 10)
            watch.samples(*IntArray(10) { 500 }).forEach { it.shouldBeNull() }
            watch.samples(*IntArray(10) { 1 }).forEachIndexed {
                index,
                breach,
                ->
                (breach != null) shouldBe (index == 8)
            }
            watch.samples(*IntArray(1000) { 1 }).forEach { it.shouldBeNull() }
        }

        test("the percentile is the least of the samples that so many do not exceed") {
            fun observed(
                percentile: WsPercentile,
                vararg millis: Int,
            ) = watching(percentile, minSamples = millis.size).samples(*millis).last()?.observedMicros
            observed(WsPercentile.P50, 300, 100, 200) shouldBe 200_000
            observed(WsPercentile.P99, 300, 100, 200) shouldBe 300_000
            observed(WsPercentile.P50, 400, 300, 200, 100) shouldBe 200_000
            observed(WsPercentile.P99, *IntArray(100) { 101 + it }) shouldBe 199_000
        }
    })
