package io.github.belay.internal.reconcile

import io.github.belay.continuity.WsSequenceBreak
import io.github.belay.continuity.WsSequenceRecovery
import io.github.belay.lifecycle.WsDisconnectCause
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

private val gone = WsDisconnectCause.ReadFailure("reset")

private fun TopicTable.judge(
    topic: String,
    number: Long,
) = judge(topic, number, number)

/** A table in which [topic] has come to [number]. */
private fun counted(
    number: Long,
    topic: String = "a",
) = TopicTable().apply { judge(topic, number) shouldBe TopicVerdict.Next }

private fun TopicTable.breakAt(
    number: Long,
    topic: String = "a",
): WsSequenceBreak = judge(topic, number).shouldBeInstanceOf<TopicVerdict.Broken>().at

class TopicTableSpec :
    FunSpec({
        test("any number may be the first, and each next one is one more") {
            val table = counted(7)
            (8L..20L).forEach { table.judge("a", it) shouldBe TopicVerdict.Next }
        }

        test("every topic counts by itself") {
            val table = counted(7)
            table.judge("b", 100) shouldBe TopicVerdict.Next
            table.judge("a", 8) shouldBe TopicVerdict.Next
            table.judge("b", 101) shouldBe TopicVerdict.Next
        }

        test("a message that covers several numbers is the next one when the next number is among them") {
            val table = counted(7)
            table.judge("a", 6, 9) shouldBe TopicVerdict.Next
            table.judge("a", 10, 12) shouldBe TopicVerdict.Next
            table
                .judge("a", 14, 15)
                .shouldBeInstanceOf<TopicVerdict.Broken>()
                .at.expected shouldBe 13
        }

        test("what was missed and what came twice are told apart") {
            val table = counted(7)
            table.breakAt(10).run {
                expected shouldBe 8
                first shouldBe 10
                isRepeat.shouldBeFalse()
            }
            table.breakAt(7).isRepeat.shouldBeTrue()
        }

        context("recoveries") {
            fun recovered(
                found: Long,
                recovery: WsSequenceRecovery,
            ): Pair<TopicTable, TopicRecovery> {
                val table = counted(7)
                return table to table.recover(table.breakAt(found), recovery, now = 5.seconds)
            }

            test("to continue delivers behind a gap and counts on from there") {
                val (table, step) = recovered(10, WsSequenceRecovery.CONTINUE)
                step.isDelivered.shouldBeTrue()
                step.gap.toString() shouldBe
                    "Gap(topic=a, lastSequence=7, outage=0s, cause=sequence_broken(topic=a expected=8 found=10))"
                table.judge("a", 11) shouldBe TopicVerdict.Next
            }

            test("to continue behind a repeat is no gap, and follows a server that began anew") {
                val (table, step) = recovered(1, WsSequenceRecovery.CONTINUE)
                step.isDelivered.shouldBeTrue()
                step.gap.shouldBeNull()
                table.judge("a", 2) shouldBe TopicVerdict.Next
            }

            test("to drop what lies ahead leaves a gap in its place and counts on from it") {
                val (table, step) = recovered(10, WsSequenceRecovery.DROP)
                step.isDelivered.shouldBeFalse()
                step.gap?.lastSequence shouldBe 7
                table.judge("a", 11) shouldBe TopicVerdict.Next
            }

            test("to drop a repeat changes nothing") {
                val (table, step) = recovered(3, WsSequenceRecovery.DROP)
                step.isDelivered.shouldBeFalse()
                step.gap.shouldBeNull()
                table.judge("a", 8) shouldBe TopicVerdict.Next
            }

            test("to reconnect drops whatever comes until the next link, of every topic") {
                val (table, step) = recovered(10, WsSequenceRecovery.RECONNECT)
                step.isDelivered.shouldBeFalse()
                step.gap.shouldBeNull()
                step.endsLink.toString() shouldBe "sequence_broken(topic=a expected=8 found=10)"
                table.judge("a", 8) shouldBe TopicVerdict.Unwanted
                table.judge("b", 1) shouldBe TopicVerdict.Unwanted
                table.opened()
                table.judge("a", 1) shouldBe TopicVerdict.Next
            }

            test("to resubscribe drops what the topic brings until that is done, and then any number may follow") {
                val (table, step) = recovered(10, WsSequenceRecovery.RESUBSCRIBE)
                step.isDelivered.shouldBeFalse()
                step.resubscribes.shouldBeTrue()
                step.gap?.lastSequence shouldBe 7
                table.judge("a", 8) shouldBe TopicVerdict.Unwanted
                table.judge("b", 1) shouldBe TopicVerdict.Next
                table.resubscribed(listOf("a", "b"), now = 9.seconds).map { "$it" } shouldContainExactly
                    listOf("Restored(topic=a, outage=4s)")
                table.judge("a", 1) shouldBe TopicVerdict.Next
                table.judge("a", 2) shouldBe TopicVerdict.Next
            }
        }

        context("lost links") {
            test("each makes one gap for each topic, with what came last and how long it took") {
                val table = counted(7)
                table.watch("b")
                table.lost(10.seconds, gone)
                table.hasGaps.shouldBeTrue()
                table.opened()
                table.takeGaps(13.seconds).map { "$it" } shouldContainExactly
                    listOf("a" to 7L, "b" to null).map { (topic, last) ->
                        "Gap(topic=$topic, lastSequence=$last, outage=3s, cause=read_failure(reset))"
                    }
                table.hasGaps.shouldBeFalse()
                table.takeGaps(14.seconds).shouldBeEmpty()
                table.takeRestored(14.seconds).map { "$it" } shouldContainExactly
                    listOf("a", "b").map { "Restored(topic=$it, outage=4s)" }
                table.takeRestored(15.seconds).shouldBeEmpty()
            }

            test("two in a row, with nothing told between them, make one gap from the first of them on") {
                val table = counted(7)
                table.lost(10.seconds, gone)
                table.opened()
                table.lost(20.seconds, WsDisconnectCause.WriteFailure("later"))
                table.takeGaps(30.seconds).single().run {
                    outage shouldBe 20.seconds
                    cause shouldBe gone
                }
            }

            test("counting starts afresh on the next link") {
                val table = counted(7)
                table.lost(Duration.ZERO, gone)
                table.opened()
                table.judge("a", 1) shouldBe TopicVerdict.Next
                table.breakAt(3).expected shouldBe 2
            }

            test("one that comes while a topic is being resubscribed ends that") {
                val table = counted(7)
                table.recover(table.breakAt(10), WsSequenceRecovery.RESUBSCRIBE, now = 1.seconds)
                table.lost(2.seconds, gone)
                table.opened()
                table.takeGaps(3.seconds).single().outage shouldBe 2.seconds
                table.takeRestored(4.seconds).single().outage shouldBe 3.seconds
                table.resubscribed(listOf("a"), 5.seconds).shouldBeEmpty()
            }

            test("what nobody wants any more has no gap") {
                val table = counted(7)
                table.forget("a")
                table.lost(1.seconds, gone)
                table.hasGaps.shouldBeFalse()
            }
        }

        test("topics beyond the limit are let through unwatched, and the others go on") {
            val table = TopicTable(maxTopics = 1)
            table.judge("a", 1) shouldBe TopicVerdict.Next
            table.judge("b", 1) shouldBe TopicVerdict.Next
            table.judge("b", 9) shouldBe TopicVerdict.Next
            table.breakAt(9).expected shouldBe 2
        }
    })
