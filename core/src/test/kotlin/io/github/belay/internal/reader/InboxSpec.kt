package io.github.belay.internal.reader

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.time.Duration

private fun Inbox<Int>.offer(batch: InboundBatch<Int>) {
    add(batch)
    ring()
}

private fun batch(number: Int) =
    InboundBatch.Emitted(generation = 1, bytes = 4, arrivedAt = Duration.ZERO, listOf(number))

/** Takes a batch as soon as it is rung. */
private class Greedy {
    val found = ArrayList<InboundBatch<Int>?>()
    val inbox: Inbox<Int> = Inbox { poll() }

    private fun poll() {
        found += inbox.poll()
    }
}

class InboxSpec :
    FunSpec({
        test("batches come out in the order in which they went in") {
            val inbox = Inbox<Int> {}
            val batches = List(3, ::batch).onEach(inbox::offer)
            batches.forEach { inbox.poll() shouldBeSameInstanceAs it }
            inbox.poll().shouldBeNull()
        }

        test("rings once until it is answered, however many batches come meanwhile") {
            var rings = 0
            val inbox = Inbox<Int> { rings++ }
            repeat(3) { inbox.offer(batch(it)) }
            rings shouldBe 1
            repeat(3) { inbox.poll() }
            inbox.offer(batch(3))
            rings shouldBe 1
            inbox.isAnswered() shouldBe false
            inbox.poll()
            inbox.isAnswered() shouldBe true
            inbox.offer(batch(4))
            rings shouldBe 2
        }

        test("never rings twice while its owner comes back by itself") {
            var rings = 0
            var owed = 0
            val inbox =
                Inbox<Int> {
                    rings++
                    owed++
                }
            repeat(1000) {
                inbox.offer(batch(it))
                // The owner's turn, with a batch that comes in the middle of it.
                owed--
                inbox.poll()
                inbox.offer(batch(it))
                if (!inbox.isAnswered()) owed++
                owed shouldBe 1
            }
            rings shouldBe 1
        }

        test("rings for what was added, however much that is, and not for nothing") {
            var rings = 0
            val inbox = Inbox<Int> { rings++ }
            inbox.ring()
            rings shouldBe 0
            repeat(3) { inbox.add(batch(it)) }
            rings shouldBe 0
            inbox.ring()
            rings shouldBe 1
        }

        test("whoever is rung finds the batch") {
            val only = batch(1)
            with(Greedy()) {
                inbox.offer(only)
                found.single() shouldBeSameInstanceAs only
                inbox.isAnswered() shouldBe true
            }
        }

        test("the owner is behind from the ring until it has answered") {
            val inbox = Inbox<Int> {}
            inbox.isBehind shouldBe false
            inbox.add(batch(1))
            inbox.isBehind shouldBe true
            inbox.ring()
            inbox.poll()
            inbox.isBehind shouldBe true
            inbox.isAnswered()
            inbox.isBehind shouldBe false
        }
    })
