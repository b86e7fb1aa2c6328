package io.github.belay.examples.demo

import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test

class LedgerTest {
    private val ledger = Ledger().apply { opened(atMillis = 0) }

    @Test
    fun countsWhatCameInOrder() {
        ledger.subscribed("A", from = 5)
        (5L..9L).forEach { ledger.tick("A", it) }
        ledger.unsubscribed("A", last = 9)
        expect(received = 5)
    }

    @Test
    fun aGapAcrossAnOutageIsLostInIt() {
        ledger.subscribed("A", from = 1)
        ledger.tick("A", 1)
        ledger.lost("reset", atMillis = 100)
        ledger.lost("refused", atMillis = 200)
        ledger.opened(atMillis = 350)
        ledger.subscribed("A", from = 4)
        ledger.tick("A", 4)
        expect(received = 2, lost = 2)
        ledger
            .totals()
            .outages
            .single()
            .let { it.millis to it.lost } shouldBe (250L to 2L)
    }

    @Test
    fun aGapWithoutAnOutageIsUnexplained() {
        ledger.subscribed("A", from = 1)
        ledger.tick("A", 1)
        ledger.tick("A", 3)
        expect(received = 2, unexplained = 1)
    }

    @Test
    fun anOutageExplainsOneGapOnly() {
        ledger.subscribed("A", from = 1)
        ledger.lost("reset", atMillis = 0)
        ledger.opened(atMillis = 1)
        ledger.subscribed("A", from = 3)
        ledger.tick("A", 3)
        ledger.tick("A", 5)
        expect(received = 2, lost = 2, unexplained = 1)
    }

    @Test
    fun aNumberThatComesAgainIsADuplicate() {
        ledger.subscribed("A", from = 1)
        ledger.tick("A", 1)
        ledger.tick("A", 1)
        expect(received = 1, duplicates = 1)
    }

    @Test
    fun whatTheEndSaysWasSentAndDidNotComeIsUnexplained() {
        ledger.subscribed("A", from = 1)
        ledger.tick("A", 1)
        ledger.unsubscribed("A", last = 3)
        expect(received = 1, unexplained = 2)
    }

    @Test
    fun aTickThatNobodyIsOwedIsUnexplained() {
        ledger.tick("A", 1)
        expect(unexplained = 1)
    }

    @Test
    fun attemptsThatFailBeforeTheFirstLinkAreNoOutage() {
        val fresh = Ledger()
        fresh.lost("refused", atMillis = 1)
        fresh.opened(atMillis = 2)
        fresh.totals().outages shouldBe emptyList()
    }

    @Test
    fun countsTheSubscriptionsOfThePresentLinkOnly() {
        ledger.subscribed("A", from = 1)
        ledger.subscribed("B", from = 1)
        ledger.totals().subscriptions shouldBe 2
        ledger.lost("reset", atMillis = 0)
        ledger.totals().subscriptions shouldBe 0
        ledger.opened(atMillis = 1)
        ledger.subscribed("A", from = 1)
        ledger.subscribed("B", from = 1)
        ledger.unsubscribed("A", last = 0)
        ledger.totals().subscriptions shouldBe 1
    }

    private fun expect(
        received: Long = 0,
        lost: Long = 0,
        unexplained: Long = 0,
        duplicates: Long = 0,
    ) {
        val totals = ledger.totals()
        listOf(totals.received, totals.lostInOutages, totals.unexplained, totals.duplicates) shouldBe
            listOf(received, lost, unexplained, duplicates)
    }
}
