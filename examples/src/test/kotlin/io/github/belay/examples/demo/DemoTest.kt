package io.github.belay.examples.demo

import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import kotlin.time.Duration.Companion.seconds

class DemoTest {
    @Test
    fun accountsForEveryNumberThroughFiveFaults() {
        val printed = ByteArrayOutputStream()
        val screen = Screen(PrintStream(printed, true, Charsets.UTF_8), canRedraw = false)
        val fine = runBlocking(Dispatchers.Default) { MarketDemo(SHORTEST, screen).run() }
        val lines = printed.toString(Charsets.UTF_8).lines().filter(String::isNotEmpty)
        val result =
            Regex(
                "RESULT received=(\\d+) lost_in_outages=(\\d+) unexplained=0 duplicates=0 " +
                    "reconnects=(\\d+) outages=(\\d+) asks_confirmed=(\\d+) asks_unsettled=0",
            )
        lines.last() shouldMatch result
        val numbers =
            result
                .matchEntire(lines.last())
                ?.destructured
                ?.toList()
                .orEmpty()
                .map(String::toLong)
        numbers shouldHaveSize NUMBERS
        val (received, _, reconnects, outages, confirmed) = numbers
        received shouldBeGreaterThan 0
        confirmed shouldBeGreaterThan 0
        reconnects shouldBe outages
        outages shouldBeGreaterThanOrEqual FAULTS
        fine shouldBe true
    }

    private companion object {
        val SHORTEST = 12.seconds
        const val NUMBERS = 5
        const val FAULTS = 5L
    }
}
