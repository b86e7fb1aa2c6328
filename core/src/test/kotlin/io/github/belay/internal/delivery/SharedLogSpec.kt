package io.github.belay.internal.delivery

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlin.random.Random

/** Reads as a collector does: a list to its end, then the next; it can stop after any element. */
private class Collector(
    private val log: SharedLog<Int>,
) {
    private val reader = log.join().shouldNotBeNull()
    private var hand: List<Int> = emptyList()

    /** Takes the next list in hand, whatever is left of the one before. */
    fun take(): List<Int>? = log.next(reader)?.also { hand = it }

    fun read(count: Int = Int.MAX_VALUE): List<Int> {
        val elements = mutableListOf<Int>()
        while (elements.size < count) {
            if (!reader.hasListInHand || reader.index == hand.size) take() ?: break
            if (reader.index < hand.size) elements += hand[reader.index++]
        }
        return elements
    }

    fun leave() = log.leave(reader)
}

/** Everything that a log settled. */
private class Ledger(
    private val log: SharedLog<Int>,
) {
    var released = 0
    var releasedBytes = 0L
    var uncollected = 0

    fun update(): Ledger {
        log.settle()?.let {
            released += it.released
            releasedBytes += it.releasedBytes
            uncollected += it.uncollected
        }
        return this
    }
}

/** Any history of up to [maxReaders] at a time. Whatever came, each element has exactly one end. */
private fun history(
    random: Random,
    maxReaders: Int,
) {
    val log = SharedLog<Int>(random.nextInt(1, 5), maxHeldElements = random.nextInt(0, 8), Long.MAX_VALUE)
    val ledger = Ledger(log)
    val readers = mutableListOf<Pair<Collector, MutableList<Int>>>()
    val read = mutableListOf<Int>()
    var sent = 0
    repeat(100) {
        when (random.nextInt(5)) {
            0, 1 -> {
                val list = List(random.nextInt(0, 5)) { sent + it }
                if (!log.isFull) {
                    log.append(list, 10L * list.size)
                    sent += list.size
                }
            }

            2 -> {
                readers.randomOrNull(random)?.let { (reader, own) -> own += reader.read(random.nextInt(1, 6)) }
            }

            3 -> {
                if (readers.size < maxReaders) readers += Collector(log) to mutableListOf()
            }

            else -> {
                readers.randomOrNull(random)?.let {
                    it.first.leave()
                    readers -= it
                    it.second.zipWithNext().forEach { (before, after) -> after shouldBe before + 1 }
                    read += it.second
                }
            }
        }
        ledger.update()
    }
    readers.forEach { (reader, own) ->
        reader.leave()
        read += own
    }
    log.close()
    ledger.update()
    ledger.released to ledger.releasedBytes shouldBe (sent to 10L * sent)
    if (maxReaders == 1) {
        read shouldBe read.sorted().distinct()
        read.size + ledger.uncollected shouldBe sent
    }
}

class SharedLogSpec :
    FunSpec({
        fun log(
            capacity: Int = 4,
            maxHeldElements: Int = 10,
            maxHeldBytes: Long = Long.MAX_VALUE,
        ) = SharedLog<Int>(capacity, maxHeldElements, maxHeldBytes)

        test("what is held is released at once and what is read when the slowest reader is through with it") {
            val log = log()
            log.append(listOf(1, 2), 20)
            log.settle().shouldNotBeNull().released shouldBe 2
            val slow = Collector(log)
            val fast = Collector(log)
            log.append(listOf(3), 30)
            fast.read() shouldBe listOf(3)
            log.settle().shouldBeNull()
            slow.take() shouldBe listOf(1, 2)
            slow.take() shouldBe listOf(3)
            log.settle().shouldBeNull()
            slow.take().shouldBeNull()
            val settled = log.settle().shouldNotBeNull()
            settled.released to settled.releasedBytes shouldBe (1 to 30L)
        }

        test("holding more elements than allowed drops the oldest one by one") {
            val log = log(maxHeldElements = 3)
            log.append(listOf(1, 2), 0)
            log.append(listOf(3, 4), 0)
            log.append(listOf(5), 0)
            Ledger(log).update().uncollected shouldBe 2
            Collector(log).read() shouldBe listOf(3, 4, 5)
        }

        test("one list that is longer than allowed keeps its newest elements") {
            val log = log(maxHeldElements = 3)
            log.append((1..10).toList(), 0)
            Ledger(log).update().uncollected shouldBe 7
            Collector(log).read() shouldBe listOf(8, 9, 10)
        }

        test("holding more bytes than allowed drops the oldest lists but never the newest") {
            val log = log(maxHeldBytes = 100)
            val ledger = Ledger(log)
            log.append(listOf(1, 2), 60)
            log.append(listOf(3), 40)
            ledger.update().uncollected shouldBe 0
            log.append(listOf(4), 1)
            ledger.update().uncollected shouldBe 2
            log.append(listOf(5), 500)
            ledger.update().uncollected shouldBe 4
            Collector(log).read() shouldBe listOf(5)
        }

        test("the rest of a list that the last reader left in the middle of is for the next") {
            val log = log()
            val first = Collector(log)
            log.append(listOf(1, 2, 3), 30)
            log.append(listOf(4), 10)
            first.read(2) shouldBe listOf(1, 2)
            first.leave()
            val settled = log.settle().shouldNotBeNull()
            Triple(settled.released, settled.releasedBytes, settled.uncollected) shouldBe Triple(4, 40L, 0)
            Collector(log).read() shouldBe listOf(3, 4)
        }

        test("a reader that leaves while another reads takes its place with it") {
            val log = log(capacity = 1)
            val slow = Collector(log)
            val fast = Collector(log)
            log.append(listOf(1), 0)
            fast.read()
            log.isFull shouldBe true
            slow.leave()
            log.isFull shouldBe false
            Ledger(log).update().uncollected shouldBe 0
        }

        test("making room costs a reader what it did not have in hand, and what it has in hand not") {
            val log = log(capacity = 2)
            val idle = Collector(log)
            val busy = Collector(log)
            log.append(listOf(1, 2), 0)
            log.append(listOf(3), 0)
            busy.read(1) shouldBe listOf(1)
            log.makeRoom()
            log.append(listOf(4), 0)
            log.overrun shouldBe 2
            log.makeRoom()
            log.append(listOf(5), 0)
            log.overrun shouldBe 4
            idle.read() shouldBe listOf(4, 5)
            busy.read() shouldBe listOf(2, 4, 5)
        }

        test("a reader that was overtaken and leaves last does not bring the past back") {
            val log = log(capacity = 1)
            val reader = Collector(log)
            log.append(listOf(1, 2, 3), 0)
            reader.read(1)
            log.makeRoom()
            log.append(listOf(4, 5), 0)
            reader.leave()
            Collector(log).read() shouldBe listOf(4, 5)
        }

        test("after the end readers get what is there and what nobody reads is dropped") {
            val log = log()
            val ledger = Ledger(log)
            val reader = Collector(log)
            log.append(listOf(1, 2), 20)
            log.close()
            log.append(listOf(3), 30)
            ledger.update().uncollected shouldBe 1
            log.join().shouldBeNull()
            reader.read(1) shouldBe listOf(1)
            reader.leave()
            ledger.update().uncollected shouldBe 2
            ledger.released shouldBe 3
        }

        test("in any history of one reader at a time each element is read once or counted as dropped") {
            repeat(1_000) { seed -> withClue("seed $seed") { history(Random(seed), maxReaders = 1) } }
        }

        test("in any history of several readers each of them misses nothing and each element is released once") {
            repeat(1_000) { seed -> withClue("seed $seed") { history(Random(seed), maxReaders = 4) } }
        }
    })
