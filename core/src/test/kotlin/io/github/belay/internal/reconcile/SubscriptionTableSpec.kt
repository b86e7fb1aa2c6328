package io.github.belay.internal.reconcile

import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionResponse
import io.github.belay.subscription.WsSubscriptionState.ACKED
import io.github.belay.subscription.WsSubscriptionState.REJECTED
import io.github.belay.subscription.WsSubscriptionState.REMOVING
import io.github.belay.subscription.WsSubscriptionState.SENT
import io.github.belay.subscription.WsSubscriptionState.WANTED
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

class SubscriptionTableSpec :
    FunSpec({
        context("the desired set") {
            test("what is added while there is no link is stored, and sent once when there is one") {
                val desk = Desk()
                desk.add("a", "b", "a").words shouldBe "a=Stored b=Stored"
                desk.states() shouldBe mapOf("a" to WANTED, "b" to WANTED)
                desk.take().shouldBeEmpty()
                desk.table.open()
                desk.flush() shouldContainExactly listOf("+a b")
                desk.states() shouldBe mapOf("a" to SENT, "b" to SENT)
                desk.flush().shouldBeEmpty()
            }

            test("what is taken back before there is a link is never sent") {
                val desk = Desk()
                desk.add("a", "b")
                desk.remove("a", "c").words shouldBe "a=Unsubscribed(isConfirmed=false) c=NotSubscribed"
                desk.table.open()
                desk.flush() shouldContainExactly listOf("+b")
            }

            test("adding twice sends once") {
                val desk = Desk().apply { table.open() }
                val first = desk.add("a")
                desk.add("a").words shouldBe "a=AlreadySubscribed"
                first.words.shouldBeNull()
                desk.flush() shouldContainExactly listOf("+a")
                first.words shouldBe "a=Subscribed(isConfirmed=false)"
                desk.add("a").words shouldBe "a=AlreadySubscribed"
                desk.flush().shouldBeEmpty()
            }

            test("replace and clear send the difference, what goes before what comes") {
                val desk = Desk().apply { table.open() }
                desk.add("a", "b", "c")
                desk.flush()
                val replaced = desk.replace("b", "d", "c", "e")
                desk.flush() shouldContainExactly listOf("-a", "+d e")
                replaced.words shouldBe
                    "a=Unsubscribed(isConfirmed=false) b=AlreadySubscribed d=Subscribed(isConfirmed=false) " +
                    "c=AlreadySubscribed e=Subscribed(isConfirmed=false)"
                val cleared = desk.change(WsSubscriptionAction.Clear)
                desk.flush() shouldContainExactly listOf("-b c d e")
                cleared.told?.keys shouldBe setOf("b", "c", "d", "e")
                desk.states() shouldBe emptyMap()
            }

            test("an empty change has an empty outcome at once") {
                Desk().change(WsSubscriptionAction.Clear).told shouldBe emptyMap()
            }

            test("a change that is taken back before its turn sends nothing and tells both") {
                val desk = Desk().apply { table.open() }
                val added = desk.add("a")
                val removed = desk.remove("a")
                desk.flush().shouldBeEmpty()
                added.words shouldBe "a=Superseded"
                removed.words shouldBe "a=Unsubscribed(isConfirmed=false)"
            }

            test("as many keys as fit go in one message, and one kind of message at a time") {
                val desk = Desk(maxKeysPerMessage = 2).apply { table.open() }
                desk.add("a", "b", "c")
                desk.flush() shouldContainExactly listOf("+a b", "+c")
                desk.add("d")
                desk.remove("a", "b", "c")
                desk.add("e")
                desk.flush() shouldContainExactly listOf("+d", "-a b", "-c", "+e")
            }
        }

        context("holders") {
            test("the first one sends and the last one unsends") {
                val desk = Desk().apply { table.open() }
                val one = desk.hold("a", "b")
                desk.flush() shouldContainExactly listOf("+a b")
                val two = desk.hold("a")
                two.words shouldBe "a=AlreadySubscribed"
                desk.release(one)
                desk.flush() shouldContainExactly listOf("-b")
                desk.release(two)
                desk.release(two)
                desk.flush() shouldContainExactly listOf("-a")
            }

            test("the set is one holder of its own, and takes nothing from the others") {
                val desk = Desk().apply { table.open() }
                val hold = desk.hold("a")
                desk.flush()
                desk.add("a").words shouldBe "a=AlreadySubscribed"
                desk.release(hold)
                desk.flush().shouldBeEmpty()
                desk.hold("a")
                desk.remove("a").words shouldBe "a=StillHeld"
                desk.change(WsSubscriptionAction.Clear)
                desk.replace()
                desk.flush().shouldBeEmpty()
                desk.states() shouldBe mapOf("a" to SENT)
            }

            test("who lets go before the message has left is told that it is over") {
                val desk = Desk().apply { table.open() }
                val hold = desk.hold("a")
                desk.release(hold)
                hold.words shouldBe "a=Superseded"
                desk.flush().shouldBeEmpty()
            }
        }

        context("answers") {
            test("a key is acknowledged one by one, and its change is done with it") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                val added = desk.add("a", "b")
                desk.flush()
                desk.perform(desk.table.answered(acknowledged("a", "unknown")))
                desk.states() shouldBe mapOf("a" to ACKED, "b" to SENT)
                added.words.shouldBeNull()
                desk.perform(desk.table.answered(acknowledged("b")))
                added.words shouldBe "a=Subscribed(isConfirmed=true) b=Subscribed(isConfirmed=true)"
                desk.table.nextDeadline shouldBe Duration.INFINITE
            }

            test("an answer to a message is one for all of its keys that are unanswered") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                desk.add("a", "b")
                val message = desk.take().single()
                desk.perform(desk.table.answered(rejected("a")))
                desk.perform(desk.table.answered(WsSubscriptionResponse.acknowledged(message.id)))
                desk.states() shouldBe mapOf("a" to REJECTED, "b" to ACKED)
                // The news of the flush comes behind that of the answer.
                desk.perform(desk.table.sent(message, desk.now))
                desk.states() shouldBe mapOf("a" to REJECTED, "b" to ACKED)
            }

            test("a rejected key is told, kept, and not sent again until it is added anew") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                val added = desk.add("a")
                desk.flush()
                desk.perform(desk.table.answered(rejected("a")))
                added.words shouldBe "a=Rejected"
                desk.failures shouldContainExactly listOf("a: no")
                desk.perform(desk.table.lost().news)
                desk.table.open()
                desk.flush().shouldBeEmpty()
                desk.states() shouldBe mapOf("a" to REJECTED)
                desk.add("a").words.shouldBeNull()
                desk.flush() shouldContainExactly listOf("+a")
            }

            test("with a link that ends of it, the next one is asked again") {
                val desk = Desk(ackTimeout = 5.seconds, forgivesWithLink = true).apply { table.open() }
                desk.add("a")
                desk.flush()
                desk.perform(desk.table.answered(rejected("a")))
                desk.flush().shouldBeEmpty()
                desk.table.lost()
                desk.table.open()
                desk.flush() shouldContainExactly listOf("+a")
            }

            test("the server may reject what it had agreed to") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                desk.add("a")
                desk.flush()
                desk.perform(desk.table.answered(acknowledged("a")))
                desk.perform(desk.table.answered(rejected("a")))
                desk.states() shouldBe mapOf("a" to REJECTED)
            }

            test("a refused removal ends the key all the same") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                desk.add("a")
                desk.flush()
                desk.perform(desk.table.answered(acknowledged("a")))
                val removed = desk.remove("a")
                desk.flush() shouldContainExactly listOf("-a")
                desk.states() shouldBe mapOf("a" to REMOVING)
                desk.perform(desk.table.answered(rejected("a")))
                removed.words shouldBe "a=Rejected"
                desk.states() shouldBe emptyMap()
            }

            test("a key that was refused while it was being removed is gone, and who removed it is told") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                val added = desk.add("a")
                desk.flush()
                val removed = desk.remove("a")
                added.words shouldBe "a=Superseded"
                desk.perform(desk.table.answered(rejected("a")))
                removed.words shouldBe "a=Unsubscribed(isConfirmed=false)"
                desk.flush().shouldBeEmpty()
                desk.states() shouldBe emptyMap()
            }

            test("without an answer in time it is unconfirmed, and a late answer still counts") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                val added = desk.add("a")
                desk.now = 1.seconds
                desk.flush()
                desk.table.nextDeadline shouldBe 6.seconds
                desk.perform(desk.table.expire(5.seconds))
                added.words.shouldBeNull()
                desk.perform(desk.table.expire(6.seconds))
                added.words shouldBe "a=Unconfirmed"
                desk.failures shouldContainExactly listOf("a is unconfirmed")
                desk.states() shouldBe mapOf("a" to SENT)
                desk.table.nextDeadline shouldBe Duration.INFINITE
                desk.perform(desk.table.answered(acknowledged("a")))
                desk.states() shouldBe mapOf("a" to ACKED)
            }

            test("a late answer may name the message, as long as nothing else was asked for the key since") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                desk.add("a", "b", "c")
                val message = desk.take().single()
                desk.perform(desk.table.sent(message, desk.now))
                desk.perform(desk.table.expire(5.seconds))
                desk.remove("a")
                desk.flush() shouldContainExactly listOf("-a")
                desk.perform(desk.table.answered(acknowledged("b")))
                desk.perform(desk.table.answered(WsSubscriptionResponse.rejected(message.id, "no")))
                desk.states() shouldBe mapOf("a" to REMOVING, "b" to ACKED, "c" to REJECTED)
            }

            test("an answer that nobody awaits is heard all the same") {
                val desk = Desk().apply { table.open() }
                desk.add("a")
                val message = desk.take().single()
                desk.perform(desk.table.sent(message, desk.now))
                desk.perform(desk.table.answered(WsSubscriptionResponse.acknowledged(message.id)))
                desk.states() shouldBe mapOf("a" to ACKED)
            }

            test("nothing is asked for a key while something is unanswered") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                desk.add("a")
                desk.flush()
                val removed = desk.remove("a")
                val added = desk.add("a")
                removed.words shouldBe "a=Superseded"
                desk.flush().shouldBeEmpty()
                desk.perform(desk.table.answered(acknowledged("a")))
                added.words shouldBe "a=Subscribed(isConfirmed=true)"
                desk.remove("a")
                desk.add("b")
                desk.flush() shouldContainExactly listOf("-a", "+b")
                val again = desk.add("a")
                desk.flush().shouldBeEmpty()
                desk.perform(desk.table.answered(acknowledged("a")))
                desk.flush() shouldContainExactly listOf("+a")
                again.words.shouldBeNull()
            }

            test("a removal without words has no answer to wait for") {
                val desk = Desk(ackTimeout = 5.seconds).apply { table.open() }
                desk.add("a")
                desk.flush()
                desk.perform(desk.table.answered(acknowledged("a")))
                val removed = desk.remove("a")
                desk.perform(desk.table.sent(desk.take().single(), desk.now, hasWords = false))
                removed.words shouldBe "a=Unsubscribed(isConfirmed=false)"
                desk.states() shouldBe emptyMap()
            }
        }

        context("a message that cannot be sent") {
            test("takes an addition back, so that the next one tries again") {
                val desk = Desk().apply { table.open() }
                val added = desk.add("a")
                desk.perform(desk.table.failed(desk.take().single(), "full"))
                added.words shouldBe "a=SendFailed(full)"
                desk.states() shouldBe emptyMap()
                desk.add("a")
                desk.flush() shouldContainExactly listOf("+a")
            }

            test("takes a hold back, and no other") {
                val desk = Desk().apply { table.open() }
                val first = desk.hold("a")
                desk.hold("a")
                desk.perform(desk.table.failed(desk.take().single(), "full"))
                first.words shouldBe "a=SendFailed(full)"
                desk.states() shouldBe mapOf("a" to REJECTED)
                desk.release(first)
                desk.states() shouldBe mapOf("a" to REJECTED)
            }

            test("takes a removal back, so that the next one tries again") {
                val desk = Desk().apply { table.open() }
                desk.add("a")
                desk.flush()
                val removed = desk.remove("a")
                desk.perform(desk.table.failed(desk.take().single(), "full"))
                removed.words shouldBe "a=SendFailed(full)"
                desk.states() shouldBe mapOf("a" to SENT)
                desk.remove("a")
                desk.flush() shouldContainExactly listOf("-a")
            }

            test("rejects a replayed key, for nobody waits and it would fail again") {
                val desk = Desk()
                desk.add("a", "b")
                desk.table.open()
                desk.perform(desk.table.failed(desk.take().single(), "no words"))
                desk.failures shouldContainExactly listOf("a: no words", "b: no words")
                desk.table.isReplayed shouldBe true
                desk.take().shouldBeEmpty()
            }
        }
    })
