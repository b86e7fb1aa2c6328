package io.github.belay.examples.demo

import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.seconds

class DemoTest {
    @Test
    fun accountsForEveryNumberThroughFiveFaults() {
        val printed = PrintedScreen()
        val fine = runBlocking(Dispatchers.Default) { MarketDemo(SHORTEST, printed.screen).run() }
        val lines = printed.lines()
        val result =
            Regex(
                "RESULT received=(\\d+) lost_in_outages=(\\d+) unexplained=0 duplicates=0 " +
                    "reconnects=(\\d+) outages=(\\d+) asks_confirmed=(\\d+) asks_unsettled=0",
            )
        lines.last() shouldMatch result
        val numbers = numbers(lines.last())
        numbers.getValue("received") shouldBeGreaterThan 0
        numbers.getValue("asks_confirmed") shouldBeGreaterThan 0
        numbers.getValue("outages") shouldBeGreaterThanOrEqual FAULTS
        numbers.getValue("reconnects") shouldBe numbers.getValue("outages")
        fine shouldBe true
    }

    private fun numbers(line: String): Map<String, Long> =
        line.removePrefix("RESULT ").split(' ').associate { it.substringBefore('=') to it.substringAfter('=').toLong() }

    private companion object {
        val SHORTEST = 12.seconds
        const val FAULTS = 5L
    }
}
