package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf

class OutboundQueueSpec :
    FunSpec({
        fun queue(
            maxFrames: Int = 1_000,
            maxBytes: Long = 1_000_000,
        ) = OutboundQueue(maxFrames, maxBytes)

        context("order") {
            test("control frames leave first, then setup, then data") {
                val queue = queue()
                val sender = Sender()
                queue.openTo(1)
                queue.offerAll(sender.items("data 1", "data 2"))
                queue.offerSetup(1, sender.items("auth", "replay"))
                queue.offerControl(1, pong("p")) shouldBe true
                queue.takeAll(1).shouldContainExactly("PONG p", "auth", "replay", "data 1", "data 2")
            }

            test("a pong overtakes 1000 queued messages") {
                val queue = queue()
                val sender = Sender()
                queue.openTo(1)
                queue.offerAll(List(1_000) { sender.item("$it") })
                queue.offerControl(1, pong("p"))
                queue.takeAll(1).take(2).shouldContainExactly("PONG p", "0")
            }

            test("a batch holds no more frames than asked for") {
                val queue = queue()
                queue.openTo(1)
                queue.offerAll(Sender().items("a", "b", "c"))
                queue
                    .take(1, 2, 100)
                    ?.frames
                    ?.map { it.shown() }
                    .shouldNotBeNull()
                    .shouldContainExactly("a", "b")
                queue.takeAll(1).shouldContainExactly("c")
            }

            test("a batch holds no more bytes than asked for, and no small message overtakes a large one") {
                val queue = queue()
                val sender = Sender()
                queue.openTo(1)
                queue.offerSetup(1, sender.items("four", "sixsix"))
                queue.offerAll(sender.items("a"))
                val batch = queue.take(1, 10, 9).shouldNotBeNull()
                batch.frames.map { it.shown() }.shouldContainExactly("four")
                batch.bytes shouldBe 4
                queue.takeAll(1).shouldContainExactly("sixsix", "a")
            }

            test("a message larger than a batch may be leaves alone") {
                val queue = queue()
                queue.openTo(1)
                queue.offerAll(Sender().items("large", "b"))
                queue
                    .take(1, 10, 2)
                    ?.frames
                    ?.map { it.shown() }
                    .shouldNotBeNull()
                    .shouldContainExactly("large")
            }
        }

        context("the data lane's gate") {
            test("data waits until the lane is open to the generation that asks") {
                val queue = queue()
                queue.offerAll(Sender().items("a"))
                queue.takeAll(1).shouldBeEmpty()
                queue.openTo(2)
                queue.takeAll(1).shouldBeEmpty()
                queue.takeAll(2).shouldContainExactly("a")
            }

            test("setup leaves before the data lane is open") {
                val queue = queue()
                val sender = Sender()
                queue.offerAll(sender.items("data"))
                queue.offerSetup(1, sender.items("auth"))
                queue.takeAll(1).shouldContainExactly("auth")
            }

            test("data survives a link in order and leaves on the next one") {
                val queue = queue()
                val sender = Sender()
                queue.openTo(1)
                queue.offerAll(sender.items("a", "b"))
                queue.shut(1)
                queue.takeAll(1).shouldBeEmpty()
                queue.offerAll(sender.items("c"))
                queue.openTo(2)
                queue.takeAll(2).shouldContainExactly("a", "b", "c")
                sender.outcomes.shouldBeEmpty()
            }

            test("a late opening of an ended link opens nothing") {
                val queue = queue()
                queue.offerAll(Sender().items("a"))
                queue.shut(1)
                queue.openTo(1)
                queue.takeAll(1).shouldBeEmpty()
            }

            test("a late end of an earlier link does not end the present one") {
                val queue = queue()
                queue.offerAll(Sender().items("a"))
                queue.openTo(2)
                queue.shut(1)
                queue.takeAll(2).shouldContainExactly("a")
            }
        }

        context("the end of a link") {
            test("a pong of an ended link never leaves on the next one") {
                val queue = queue()
                queue.offerControl(1, pong("before"))
                queue.shut(1)
                queue.offerControl(1, pong("after")) shouldBe false
                queue.offerControl(2, pong("next")) shouldBe true
                queue.offerControl(1, pong("late")) shouldBe false
                queue.takeAll(2).shouldContainExactly("PONG next")
            }

            test("setup messages of an ended link end as not delivered") {
                val queue = queue()
                val sender = Sender()
                queue.offerSetup(1, sender.items("auth"))
                queue.shut(1)
                queue.offerSetup(1, sender.items("late"))
                sender.outcomes.shouldContainExactly("auth: NotDelivered(link ended)", "late: NotDelivered(link ended)")
            }

            test("naming a newer link ends the one before") {
                val queue = queue()
                val sender = Sender()
                queue.offerSetup(1, sender.items("auth"))
                queue.openTo(1)
                queue.openTo(2)
                sender.outcomes.shouldContainExactly("auth: NotDelivered(link ended)")
                queue.offerAll(sender.items("a"))
                queue.takeAll(1).shouldBeEmpty()
                queue.takeAll(2).shouldContainExactly("a")
            }

            test("nothing is taken after a Close frame") {
                val queue = queue()
                val sender = Sender()
                queue.openTo(1)
                queue.offerAll(sender.items("data"))
                queue.offerSetup(1, sender.items("setup"))
                queue.offerControl(1, pong("p"))
                queue.offerControl(1, WsFrame.close())
                queue.takeAll(1).shouldContainExactly("PONG p", WsFrame.close().shown())
                queue.offerControl(1, pong("late")) shouldBe false
                queue.takeAll(1).shouldBeEmpty()
                queue.shut(1)
                queue.openTo(2)
                queue.takeAll(2).shouldContainExactly("data")
            }
        }

        context("bounds") {
            test("a full queue refuses a message and leaves its outcome to the caller") {
                val queue = queue(maxFrames = 2)
                val sender = Sender()
                queue.offerAll(sender.items("a", "b"))
                val refusal = queue.offer(sender.item("c")).shouldBeInstanceOf<TellOutcome.QueueFull>()
                refusal.limit to refusal.what shouldBe (2L to "frames")
                sender.outcomes.shouldBeEmpty()
            }

            test("a queue full of bytes refuses what does not fit and accepts what does") {
                val queue = queue(maxBytes = 5)
                val sender = Sender()
                queue.offerAll(sender.items("four"))
                val refusal = queue.offer(sender.item("no")).shouldBeInstanceOf<TellOutcome.QueueFull>()
                refusal.limit to refusal.what shouldBe (5L to "bytes")
                queue.offerAll(sender.items("y", ""))
            }

            test("a message that was taken makes room for another") {
                val queue = queue(maxFrames = 1)
                queue.openTo(1)
                queue.offerAll(Sender().items("a"))
                queue.takeAll(1)
                queue.offerAll(Sender().items("b"))
            }

            test("setup messages are taken together, however many, while fewer than the bound wait") {
                val queue = queue(maxFrames = 2)
                val sender = Sender()
                queue.offerSetup(1, sender.items("a"))
                queue.offerSetup(1, sender.items("b", "c", "d"))
                queue.offerSetup(1, sender.items("e"))
                sender.outcomes.shouldContainExactly("e: QueueFull(limit=2 frames)")
                queue.takeAll(1).shouldContainExactly("a", "b", "c", "d")
            }

            test("the bounds must be positive") {
                shouldThrow<IllegalArgumentException> { queue(maxFrames = 0) }.message shouldBe
                    "maxFrames must be >= 1 but was 0"
                shouldThrow<IllegalArgumentException> { queue(maxBytes = 0) }.message shouldBe
                    "maxBytes must be >= 1 but was 0"
            }
        }

        context("outcomes") {
            test("a withdrawn message is gone and unsettled") {
                val queue = queue()
                val sender = Sender()
                queue.openTo(1)
                val items = sender.items("a", "b", "c")
                queue.offerAll(items)
                queue.withdraw(items[1]) shouldBe true
                queue.withdraw(items[1]) shouldBe false
                queue.takeAll(1).shouldContainExactly("a", "c")
                sender.outcomes.shouldBeEmpty()
            }

            test("a message that was taken cannot be withdrawn") {
                val queue = queue()
                val item = Sender().item("a")
                queue.openTo(1)
                queue.offer(item)
                queue.takeAll(1)
                queue.withdraw(item) shouldBe false
            }

            test("a setup message can be withdrawn too") {
                val queue = queue()
                val items = Sender().items("auth")
                queue.offerSetup(1, items)
                queue.withdraw(items.single()) shouldBe true
                queue.takeAll(1).shouldBeEmpty()
            }

            test("failing all settles what waits in the data lane, in order, and nothing else") {
                val queue = queue()
                val sender = Sender()
                queue.offerAll(sender.items("a", "b"))
                queue.offerSetup(1, sender.items("auth"))
                queue.failAll("gave up")
                sender.outcomes.shouldContainExactly("a: NotDelivered(gave up)", "b: NotDelivered(gave up)")
                queue.takeAll(1).shouldContainExactly("auth")
            }

            test("settling a batch tells everybody who waits for a frame of it") {
                val queue = queue()
                val sender = Sender()
                queue.openTo(1)
                queue.offerSetup(1, sender.items("auth"))
                queue.offerAll(sender.items("a", "b"))
                queue.settle(queue.take(1, 2, 100).shouldNotBeNull(), TellOutcome.Done)
                queue.settle(queue.take(1, 2, 100).shouldNotBeNull(), TellOutcome.Unknown("link ended"))
                sender.outcomes.shouldContainExactly("auth: Done", "a: Done", "b: Unknown(link ended)")
            }

            test("a completion may use the queue, for it runs without the lock") {
                val queue = queue()
                val sender = Sender()
                queue.offer(OutboundSetup(WsFrame.text("a")) { queue.offer(sender.item("again")) })
                queue.failAll("gave up")
                queue.openTo(1)
                queue.takeAll(1).shouldContainExactly("again")
            }

            test("a closed queue has settled everything and accepts nothing") {
                val queue = queue()
                val sender = Sender()
                queue.openTo(1)
                queue.offerAll(sender.items("a"))
                queue.offerSetup(1, sender.items("auth"))
                queue.offerControl(1, pong())
                queue.close()
                sender.outcomes.shouldContainExactly(
                    "auth: NotDelivered(link ended)",
                    "a: NotDelivered(connection closed)",
                )
                queue.offer(sender.item("b")) shouldBe TellOutcome.Closed
                queue.offerControl(2, pong()) shouldBe false
                queue.offerSetup(2, sender.items("late"))
                sender.outcomes.last() shouldBe "late: NotDelivered(link ended)"
                queue.takeAll(1).shouldBeEmpty()
            }
        }

        test("the statistics count each message where it is") {
            val queue = queue(maxFrames = 6, maxBytes = 100)
            val sender = Sender()
            val items = List(6) { sender.item("$it") }
            queue.openTo(1)
            queue.offerAll(items)
            queue.offer(sender.item("refused"))
            queue.settle(queue.take(1, 1, 100).shouldNotBeNull(), TellOutcome.Done)
            queue.settle(queue.take(1, 2, 100).shouldNotBeNull(), TellOutcome.Unknown("link ended"))
            queue.take(1, 1, 100)
            queue.withdraw(items[5])
            val stats = queue.stats()
            stats shouldBe
                OutboundStats(
                    accepted = 6,
                    refused = 1,
                    dropped = 0,
                    evicted = 0,
                    sent = 1,
                    unknown = 2,
                    notDelivered = 0,
                    withdrawn = 1,
                    size = 1,
                    bytes = 1,
                    maxFrames = 6,
                    maxBytes = 100,
                    fill = 1 / 6.0,
                )
            stats.inFlight shouldBe 1
            queue.failAll("gave up")
            queue.stats().notDelivered shouldBe 1
        }
    })
