package io.github.belay.internal.reader

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

private fun batch(number: Int) = InboundBatch(generation = 1, listOf(InboundItem.Emitted(number)), bytes = 4)

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

        test("rings once for each time that it was empty, however many batches follow") {
            var rings = 0
            val inbox = Inbox<Int> { rings++ }
            repeat(3) { inbox.offer(batch(it)) }
            rings shouldBe 1
            inbox.poll()
            inbox.offer(batch(3))
            rings shouldBe 1
            repeat(3) { inbox.poll() }
            inbox.isEmpty shouldBe true
            inbox.offer(batch(4))
            rings shouldBe 2
        }

        test("whoever is rung finds the batch") {
            val only = batch(1)
            with(Greedy()) {
                inbox.offer(only)
                found.single() shouldBeSameInstanceAs only
                inbox.isEmpty shouldBe true
            }
        }
    })
