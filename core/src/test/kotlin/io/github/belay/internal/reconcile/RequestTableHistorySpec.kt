package io.github.belay.internal.reconcile

import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.request.WsConfirmMode
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsRequestMatch
import io.kotest.common.ExperimentalKotest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.PropTestConfig
import io.kotest.property.arbitrary.enum
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

private enum class Move { Submit, SubmitAgain, Written, Unwritten, Unknown, Match, Wait, Cancel, Lose }

private const val MAX_PENDING = 4

/** One caller as the test sees it. */
private class Caller(
    val id: Long,
    val deadline: Duration,
) {
    val outcomes = mutableListOf<WsDelegatedOutcome>()
    var isCancelled = false
    val waits: Boolean get() = outcomes.isEmpty() && !isCancelled
}

/** Plays moves on a table, a few ids and a clock, and keeps what each caller heard. */
private class Story(
    seed: Long,
) {
    val table = tableOf(MAX_PENDING)
    val callers = mutableListOf<Caller>()
    val written = mutableSetOf<PendingRequest>()
    val withdrawn = mutableListOf<PendingRequest>()
    var now = Duration.ZERO
    private val waiters = mutableListOf<RequestWaiter>()
    private val sent = mutableListOf<PendingRequest>()
    private val random = Random(seed)

    fun play(move: Move) {
        when (move) {
            Move.Submit, Move.SubmitAgain -> submit()
            Move.Written -> anySent { table.written(it.also(written::add)).perform() }
            Move.Unwritten -> anySent { if (it !in written) table.unwritten(it, "queue full").perform() }
            Move.Unknown -> anySent { if (it !in written) table.unknown(it, "write failed").perform() }
            Move.Match -> table.matched(anyMatch(), answer).perform()
            Move.Wait -> sweep()
            Move.Cancel -> cancel()
            Move.Lose -> perform(table.lost(WsDisconnectCause.ReadFailure("reset")))
        }
    }

    private fun submit() {
        val mode = if (random.nextBoolean()) WsConfirmMode.SENT else WsConfirmMode.CONFIRMED
        val caller = Caller(anyId(), now + random.nextInt(1, 50).milliseconds).also(callers::add)
        val payload = if (random.nextInt(5) == 0) "another order" else "order"
        val request = requestOf(caller.id, mode, payload)
        val waiter = waiterOf(request, caller.deadline) { caller.outcomes += it }.also(waiters::add)
        when (val submission = table.submit(waiter, now)) {
            is PendingRequest -> sent += submission
            is Submission.Settled -> submission.settlements.perform()
            is Submission.Joined -> Unit
        }
    }

    private fun sweep() {
        now += random.nextInt(30).milliseconds
        perform(table.expire(now))
    }

    private fun cancel() {
        val index = waiters.indices.randomOrNull(random) ?: return
        table.cancel(waiters[index])?.let(withdrawn::add)
        if (callers[index].waits) callers[index].isCancelled = true
    }

    private fun anySent(use: (PendingRequest) -> Unit) {
        sent.randomOrNull(random)?.takeIf { it !in withdrawn }?.let(use)
    }

    private fun anyId() = random.nextLong(MAX_PENDING + 2L)

    private fun anyMatch() =
        if (random.nextBoolean()) WsRequestMatch.ok(anyId()) else WsRequestMatch.rejected(anyId(), "no")

    private fun perform(step: RequestStep) {
        withdrawn += step.withdrawals
        step.settlementsUnless(tooLate = emptyList()).perform()
    }
}

@OptIn(ExperimentalKotest::class)
class RequestTableHistorySpec :
    FunSpec({
        val histories = Arb.list(Arb.enum<Move>(), 0..100)

        test("after any history each caller has heard exactly one outcome, or none if it went away") {
            checkAll(PropTestConfig(seed = 4), histories, Arb.long()) { moves, seed ->
                with(Story(seed)) {
                    moves.forEach(::play)
                    play(Move.Lose)
                    callers.forEach { it.outcomes shouldHaveSize if (it.isCancelled) 0 else 1 }
                    table.size shouldBe 0
                }
            }
        }

        test("throughout any history the table is bounded, and empty exactly when nobody waits") {
            checkAll(PropTestConfig(seed = 5), histories, Arb.long()) { moves, seed ->
                with(Story(seed)) {
                    moves.forEach { move ->
                        play(move)
                        table.size shouldBeLessThanOrEqual MAX_PENDING
                        (table.size == 0) shouldBe callers.none { it.waits }
                    }
                }
            }
        }

        test("throughout any history no deadline lies before the next sweep, and none is left overdue by one") {
            checkAll(PropTestConfig(seed = 6), histories, Arb.long()) { moves, seed ->
                with(Story(seed)) {
                    moves.forEach { move ->
                        play(move)
                        callers.filter { it.waits }.minOfOrNull { it.deadline }?.let { first ->
                            table.nextDeadline shouldBeLessThanOrEqualTo first
                        }
                        if (move == Move.Wait) callers.filter { it.waits && it.deadline <= now }.shouldBeEmpty()
                    }
                }
            }
        }

        test("throughout any history no frame is withdrawn twice or after it was written") {
            checkAll(PropTestConfig(seed = 7), histories, Arb.long()) { moves, seed ->
                with(Story(seed)) {
                    moves.forEach { move ->
                        val before = withdrawn.size
                        play(move)
                        withdrawn.drop(before).forEach { written shouldNotContain it }
                    }
                    withdrawn.toSet() shouldHaveSize withdrawn.size
                }
            }
        }

        test("after any history an outcome names the caller's own request") {
            checkAll(PropTestConfig(seed = 8), histories, Arb.long()) { moves, seed ->
                with(Story(seed)) {
                    moves.forEach(::play)
                    callers.forEach { caller -> caller.outcomes.forEach { it.id shouldBe caller.id } }
                }
            }
        }
    })
