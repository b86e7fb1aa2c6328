package io.github.belay.policy

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

class WsReconnectStrategySpec :
    FunSpec({
        test("a lambda is a strategy that always may retry") {
            val strategy = WsReconnectStrategy { 250L * it.attempt }
            strategy.nextDelay(retry(attempt = 3)) shouldBe 750.milliseconds
            strategy.mayRetry(retry(attempt = Int.MAX_VALUE)) shouldBe true
        }

        test("a negative delay is read as zero") {
            WsReconnectStrategy { -1 }.nextDelay(retry()) shouldBe Duration.ZERO
        }

        test("the longest delay does not overflow") {
            WsReconnectStrategy { Long.MAX_VALUE }.nextDelay(retry()).isPositive() shouldBe true
        }

        test("a strategy with state of its own hears of the reset and may refuse a retry") {
            val strategy =
                object : WsReconnectStrategy {
                    var retriesLeft = 1

                    override fun nextDelayMillis(retry: WsRetry): Long = 10

                    override fun mayRetry(retry: WsRetry): Boolean = retriesLeft-- > 0

                    override fun reset() {
                        retriesLeft = 1
                    }
                }
            strategy.mayRetry(retry(attempt = 1)) shouldBe true
            strategy.mayRetry(retry(attempt = 2)) shouldBe false
            strategy.reset()
            strategy.mayRetry(retry(attempt = 1)) shouldBe true
        }
    })
