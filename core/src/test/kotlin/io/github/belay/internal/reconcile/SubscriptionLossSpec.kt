package io.github.belay.internal.reconcile

import io.github.belay.subscription.WsSubscriptionState.WANTED
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.seconds

/** What becomes of the set when links come and go. */
class SubscriptionLossSpec :
    FunSpec({
        context("replay") {
            test("is done when all that was wanted at its beginning has left or is not wanted any more") {
                val desk = Desk(maxKeysPerMessage = 1)
                desk.add("a", "b", "c")
                desk.table.open()
                desk.table.isReplayed shouldBe false
                desk.add("d")
                val (a, _, _) = desk.take()
                desk.perform(desk.table.sent(a, desk.now))
                desk.table.isReplayed shouldBe false
                desk.table.lost()
                desk.table.open()
                desk.remove("b", "c", "d")
                desk.flush() shouldContainExactly listOf("+a")
                desk.table.isReplayed shouldBe true
            }

            test("of nothing is done at once") {
                Desk().apply { table.open() }.table.isReplayed shouldBe true
            }

            test("on request sends everything once more and nothing twice") {
                val desk = Desk().apply { table.open() }
                desk.add("a", "b")
                desk.flush()
                desk.table.resend()
                desk.table.isReplayed shouldBe false
                desk.flush() shouldContainExactly listOf("+a b")
                desk.table.isReplayed shouldBe true
                desk.flush().shouldBeEmpty()
            }

            test("waits while the link is held, and goes on afterwards") {
                val desk = Desk().apply { table.open() }
                desk.table.hold()
                desk.add("a").words shouldBe "a=Stored"
                desk.flush().shouldBeEmpty()
                desk.table.unhold()
                desk.flush() shouldContainExactly listOf("+a")
            }
        }

        context("loss") {
            test("affects what the link carried and is still wanted, until it is subscribed again") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                desk.add("acked", "sent", "rejected", "removed", "going")
                desk.flush()
                desk.perform(desk.table.answered(acknowledged("acked", "removed", "going")))
                desk.perform(desk.table.answered(rejected("rejected")))
                desk.remove("removed", "going")
                desk.take()
                desk.add("unsent")
                val loss = desk.table.lost()
                loss.affected shouldContainExactly listOf("acked", "sent")
                desk.perform(loss.news)
                desk.table.interrupted shouldContainExactly listOf("acked", "sent")
                desk.table.open()
                desk.flush() shouldContainExactly listOf("+acked sent unsent")
                desk.restored.shouldBeEmpty()
                desk.perform(desk.table.answered(acknowledged("sent", "unsent")))
                desk.restored shouldContainExactly listOf("sent")
                desk.table.interrupted shouldContainExactly listOf("acked")
            }

            test("is mended by the flush where no answers are awaited") {
                val desk = Desk().apply { table.open() }
                desk.add("a")
                desk.flush()
                desk.table.lost()
                desk.table.open()
                desk.flush()
                desk.restored shouldContainExactly listOf("a")
            }

            test("of a link that never carried a key leaves the earlier loss as it was") {
                val desk = Desk().apply { table.open() }
                desk.add("a")
                desk.flush()
                desk.table.lost()
                desk.table.open()
                desk.table
                    .lost()
                    .affected
                    .shouldBeEmpty()
                desk.table.interrupted shouldContainExactly listOf("a")
                desk.remove("a")
                desk.table.interrupted.shouldBeEmpty()
            }

            test("settles who waits: what is wanted is stored, what is not is over") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                val added = desk.add("a", "b")
                desk.flush()
                desk.perform(desk.table.answered(acknowledged("b")))
                val removed = desk.remove("b")
                desk.perform(desk.table.lost().news)
                added.words shouldBe "a=Stored b=Subscribed(isConfirmed=true)"
                removed.words shouldBe "b=Unsubscribed(isConfirmed=false)"
                desk.states() shouldBe mapOf("a" to WANTED)
            }

            test("makes late news of its messages mean nothing") {
                val desk = Desk().apply { table.open() }
                desk.add("a")
                val message = desk.take().single()
                desk.table.lost()
                desk.table.open()
                desk.table.sent(message, desk.now).shouldBeEmpty()
                desk.table.failed(message, "late").shouldBeEmpty()
                desk.states() shouldBe mapOf("a" to WANTED)
            }
        }
    })
