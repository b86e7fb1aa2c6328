package io.github.belay.policy

import io.github.belay.policy.BreakerPermit.Granted
import io.github.belay.policy.BreakerPermit.Refused
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.enum
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.random.Random
import kotlin.time.Duration.Companion.microseconds

private enum class Move { Ask, Fail, Succeed, GiveBack, Trip, Reset, Wait }

private const val OPEN_MICROS = 10_000

/** Plays [moves] with permits and waits drawn from [seed]; all permits that were granted. */
private fun BreakerFixture.play(
    moves: List<Move>,
    seed: Long,
): List<Granted> {
    val random = Random(seed)
    val permits = mutableListOf<Granted>()

    fun anyPermit(use: (Granted) -> Unit) = permits.randomOrNull(random)?.let(use)
    moves.forEach { move ->
        when (move) {
            Move.Ask -> (breaker.tryAcquire() as? Granted)?.let(permits::add)
            Move.Fail -> anyPermit(breaker::onFailure)
            Move.Succeed -> anyPermit(breaker::onSuccess)
            Move.GiveBack -> anyPermit(breaker::onNeutral)
            Move.Trip -> breaker.trip()
            Move.Reset -> breaker.reset()
            Move.Wait -> clock += random.nextInt(1, OPEN_MICROS).microseconds
        }
    }
    return permits
}

class WsCircuitBreakerHistorySpec :
    FunSpec({
        val config = WsCircuitBreakerConfig(2, 2, OPEN_MICROS.microseconds, halfOpenPermits = 2)
        val histories = Arb.list(Arb.enum<Move>(), 0..60)

        test("after any history a refused caller that waits as long as it was told is granted its attempt") {
            checkAll(histories, Arb.long()) { moves, seed ->
                with(BreakerFixture(config)) {
                    play(moves, seed)
                    when (val answer = breaker.tryAcquire()) {
                        is Granted -> {
                            Unit
                        }

                        is Refused -> {
                            answer.retryAfter.isPositive() shouldBe true
                            clock += answer.retryAfter
                            breaker.tryAcquire().shouldBeInstanceOf<Granted>()
                        }
                    }
                }
            }
        }

        test("after any history the snapshot foretells the next answer") {
            checkAll(histories, Arb.long()) { moves, seed ->
                with(BreakerFixture(config)) {
                    play(moves, seed)
                    val foretold = breaker.stats().timeUntilRetry
                    when (val answer = breaker.tryAcquire()) {
                        is Granted -> foretold.isPositive() shouldBe false
                        is Refused -> answer.retryAfter shouldBe foretold
                    }
                }
            }
        }

        test("changes of state form one unbroken chain that ends in the present state") {
            checkAll(histories, Arb.long()) { moves, seed ->
                with(BreakerFixture(config)) {
                    play(moves, seed)
                    val chain = listOf(BreakerState.Closed) + changes.map { it.second }
                    changes.map { it.first } shouldBe chain.dropLast(1)
                    chain.last() shouldBe state
                    breaker.stats().trips shouldBe chain.count { it == BreakerState.Open }.toLong()
                    breaker.stats().rejectedRequests shouldBeLessThanOrEqual breaker.stats().totalRequests
                }
            }
        }

        test("half-open no more probes are granted within one open time than permits and reported ends allow") {
            checkAll(
                Arb.int(1, 4),
                Arb.list(Arb.element(Move.Ask, Move.GiveBack), 0..60),
                Arb.long(),
            ) { permits, moves, seed ->
                val manySuccesses = WsCircuitBreakerConfig(1, Int.MAX_VALUE, OPEN_MICROS.microseconds, permits)
                with(BreakerFixture(manySuccesses)) {
                    breaker.trip()
                    clock += OPEN_MICROS.microseconds
                    val probes = play(moves, seed).size
                    probes shouldBeLessThanOrEqual permits + moves.count { it == Move.GiveBack }
                }
            }
        }
    })
