package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import io.kotest.common.ExperimentalKotest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.PropTestConfig
import io.kotest.property.arbitrary.enum
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.random.Random

private enum class Step { Offer, OfferSetup, OfferControl, Take, Settle, Withdraw, Open, Shut, Fail }

private const val MAX_FRAMES = 5
private const val MAX_BYTES = 20L

/** Plays steps on a queue and keeps every outcome of every message. */
private class History(
    seed: Long,
) {
    val queue = OutboundQueue(MAX_FRAMES, MAX_BYTES)

    /** What each message heard: from the queue, as a refusal, or from its withdrawal. */
    val heard = mutableListOf<MutableList<String>>()
    private val random = Random(seed)
    private val items = mutableListOf<OutboundItem>()
    private val batches = ArrayDeque<OutboundBatch>()
    private var generation = 1L

    val inFlight: Long get() = batches.sumOf { it.dataFrames }.toLong()

    fun play(step: Step) {
        when (step) {
            Step.Offer -> {
                offer()
            }

            Step.OfferSetup -> {
                queue.offerSetup(anyGeneration(), List(random.nextInt(4)) { item() })
            }

            Step.OfferControl -> {
                queue.offerControl(
                    anyGeneration(),
                    if (random.nextBoolean()) ping() else WsFrame.close(),
                )
            }

            Step.Take -> {
                queue.take(anyGeneration(), random.nextInt(1, 4), random.nextInt(1, 20))?.let(batches::add)
            }

            Step.Settle -> {
                settle()
            }

            Step.Withdraw -> {
                withdraw()
            }

            Step.Open -> {
                queue.openTo(++generation)
            }

            Step.Shut -> {
                queue.shut(anyGeneration())
            }

            Step.Fail -> {
                queue.failAll("gave up")
            }
        }
    }

    fun end() {
        while (batches.isNotEmpty()) settle()
        queue.close()
    }

    private fun item(): OutboundItem {
        val outcomes = mutableListOf<String>().also(heard::add)
        return OutboundSetup(
            WsFrame.binary(ByteArray(random.nextInt(8))),
        ) { outcomes += it.toString() }.also(items::add)
    }

    private fun offer() {
        val item = item()
        val outcomes = heard.last()
        queue.offer(item)?.let { outcomes += it.toString() }
    }

    private fun withdraw() {
        val index = items.indices.randomOrNull(random) ?: return
        if (queue.withdraw(items[index])) heard[index] += "withdrawn"
    }

    private fun settle() {
        val outcome = if (random.nextBoolean()) TellOutcome.Done else TellOutcome.Unknown("link ended")
        batches.removeFirstOrNull()?.let { queue.settle(it, outcome) }
    }

    private fun anyGeneration() = (generation - random.nextInt(2)).coerceAtLeast(1)
}

@OptIn(ExperimentalKotest::class)
class OutboundQueueHistorySpec :
    FunSpec({
        val histories = Arb.list(Arb.enum<Step>(), 0..80)

        test("after any history each message has heard of exactly one outcome") {
            checkAll(PropTestConfig(seed = 2), histories, Arb.long()) { steps, seed ->
                with(History(seed)) {
                    steps.forEach(::play)
                    end()
                    heard.forEach { it.shouldHaveSize(1) }
                }
            }
        }

        test("throughout any history the bounds hold and every accepted message is counted once") {
            checkAll(PropTestConfig(seed = 3), histories, Arb.long()) { steps, seed ->
                with(History(seed)) {
                    steps.forEach { step ->
                        play(step)
                        val stats = queue.stats()
                        stats.size shouldBeLessThanOrEqual MAX_FRAMES
                        stats.bytes shouldBeLessThanOrEqual MAX_BYTES
                        stats.inFlight shouldBe inFlight
                    }
                }
            }
        }
    })
