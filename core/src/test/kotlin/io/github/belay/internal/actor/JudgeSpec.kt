package io.github.belay.internal.actor

import io.github.belay.WebSocketActorConfig
import io.github.belay.endpoint.RawFrames
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.internal.machine.ConnectionEffect
import io.github.belay.internal.machine.Verdict
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.policy.BreakerState
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.ImmediateReconnectFloor
import io.github.belay.policy.NoReconnect
import io.github.belay.policy.WsCircuitBreaker
import io.github.belay.policy.WsCircuitBreakerConfig
import io.github.belay.policy.WsReconnectStrategy
import io.github.belay.policy.WsRetry
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource

private val reset = WsDisconnectCause.ReadFailure("reset")

private class Classifying(
    private val action: (WsDisconnectCause) -> WsDisconnectAction,
) : WsEndpointHandler<WsFrame> {
    override fun parse(frame: WsFrame): WsParseOutcome<WsFrame> = WsParseOutcome.Continue

    override fun classifyDisconnect(cause: WsDisconnectCause) = action(cause)
}

/** A judge in a time of its own. */
private class Court(
    endpoint: WsEndpointHandler<*> = RawFrames(),
    configure: WebSocketActorConfig.Builder.() -> Unit = {},
) {
    val time = TestTimeSource()
    val breaker = WsCircuitBreaker(WsCircuitBreakerConfig(failureThreshold = 2), time)
    var errors = 0
    private val config =
        WebSocketActorConfig
            .Builder()
            .apply {
                url("ws://server.example/ws")
                reconnect = ConstantBackoff(5.seconds)
                circuitBreaker = breaker
                configure()
            }.build()
    val judge = Judge(config, endpoint, Random(1), Clock(time), Guard("ws") { _, _ -> errors++ })

    fun judge(
        cause: WsDisconnectCause = reset,
        failures: Int = 1,
        elapsed: Duration = Duration.ZERO,
    ): Verdict = judge.judge(ConnectionEffect.Judge(generation = 1, cause, failures, elapsed))
}

private fun refused(
    status: Int = 503,
    retryAfter: Duration? = null,
) = WsDisconnectCause.HandshakeFailed(WsHandshakeFailure.REJECTED, status, retryAfter, "refused")

class JudgeSpec :
    FunSpec({
        context("verdicts") {
            test("backoff asks the strategy with attempt, elapsed time and a draw") {
                val asked = ArrayList<String>()
                val strategy = WsReconnectStrategy { retry -> 3_000L.also { asked += retry.toString() } }
                val court = Court { reconnect = strategy }
                court.judge(failures = 4, elapsed = 9.seconds) shouldBe Verdict.Retry(3.seconds)
                val draw = Random(1).nextDouble()
                asked shouldContainExactly listOf(WsRetry(4, 9.seconds, draw).toString())
            }

            test("immediate asks the floor, not the strategy") {
                val court =
                    Court(Classifying { WsDisconnectAction.IMMEDIATE_RECONNECT }) {
                        immediateFloor = ImmediateReconnectFloor(maxAttemptsPerSecond = 2)
                    }
                court.time += 10.seconds
                court.judge.refusal().shouldBeNull()
                court.time += 200.milliseconds
                court.judge() shouldBe Verdict.Retry(300.milliseconds)
                court.time += 500.milliseconds
                court.judge() shouldBe Verdict.Retry(Duration.ZERO)
            }

            test("abort gives up without asking the strategy") {
                val court =
                    Court(Classifying { WsDisconnectAction.ABORT }) {
                        reconnect = WsReconnectStrategy { error("must not be asked") }
                    }
                court.judge() shouldBe Verdict.GiveUp(WsGiveUpReason.ABORTED)
                court.errors shouldBe 0
            }

            test("a strategy that never retries is suppression, one that has no more retries is exhaustion") {
                Court { reconnect = NoReconnect }.judge() shouldBe Verdict.GiveUp(WsGiveUpReason.RETRY_SUPPRESSED)
                val court = Court { reconnect = ConstantBackoff(1.seconds, maxAttempts = 3) }
                court.judge(failures = 3).shouldBeInstanceOf<Verdict.Retry>()
                court.judge(failures = 4) shouldBe Verdict.GiveUp(WsGiveUpReason.EXHAUSTED)
            }

            test("an immediate retry needs the strategy's leave too") {
                val court =
                    Court(Classifying { WsDisconnectAction.IMMEDIATE_RECONNECT }) {
                        reconnect = ConstantBackoff(1.seconds, maxAttempts = 1)
                    }
                court.judge(failures = 2) shouldBe Verdict.GiveUp(WsGiveUpReason.EXHAUSTED)
            }

            test("a server that asks for more time than the delay gets it") {
                Court().judge(refused(retryAfter = 8.seconds)) shouldBe Verdict.Retry(8.seconds)
                Court().judge(refused(retryAfter = 2.seconds)) shouldBe Verdict.Retry(5.seconds)
                val immediate = Court(Classifying { WsDisconnectAction.IMMEDIATE_RECONNECT })
                immediate.judge(refused(retryAfter = 8.seconds)) shouldBe Verdict.Retry(8.seconds)
            }

            test("by default refused credentials give up and everything else comes back") {
                Court().judge(refused(status = 401)) shouldBe Verdict.GiveUp(WsGiveUpReason.ABORTED)
                Court().judge(refused(status = 403)) shouldBe Verdict.GiveUp(WsGiveUpReason.ABORTED)
                Court().judge(refused(status = 404)) shouldBe Verdict.Retry(5.seconds)
            }
        }

        context("user code that throws") {
            test("an endpoint is replaced by the default classification") {
                val court = Court(Classifying { error("classify") })
                court.judge() shouldBe Verdict.Retry(5.seconds)
                court.judge(refused(status = 401)) shouldBe Verdict.GiveUp(WsGiveUpReason.ABORTED)
                court.errors shouldBe 2
            }

            test("a strategy is replaced by the default backoff and allowed to go on") {
                val hostile =
                    object : WsReconnectStrategy {
                        override fun nextDelayMillis(retry: WsRetry): Long = error("nextDelay")

                        override fun mayRetry(retry: WsRetry): Boolean = error("mayRetry")

                        override fun reset() = error("reset")
                    }
                val court = Court { reconnect = hostile }
                val draw = Random(1).nextDouble()
                val fallback = ExponentialBackoff().nextDelayMillis(WsRetry(1, Duration.ZERO, draw))
                court.judge() shouldBe Verdict.Retry(fallback.milliseconds)
                court.judge.resetStrategy()
                court.errors shouldBe 3
            }
        }

        context("the breaker") {
            fun Court.attempt() = judge.refusal()

            test("counts a loss as one failure, however often it is judged") {
                val court = Court()
                court.attempt()
                court.judge()
                court.judge()
                court.breaker.stats().consecutiveFailures shouldBe 1
            }

            test("opens after its threshold, and then says how long to stay away") {
                val court = Court()
                repeat(2) {
                    court.attempt().shouldBeNull()
                    court.judge()
                }
                court.attempt() shouldBe 60.seconds
                court.time += 60.seconds
                court.attempt().shouldBeNull()
            }

            test("does not count what endpoint or user wanted") {
                val court = Court()
                repeat(3) {
                    court.attempt()
                    court.judge(WsDisconnectCause.EndpointRequested("move"))
                    court.attempt()
                    court.judge.pardon()
                }
                court.breaker.stats().consecutiveFailures shouldBe 0
                court.breaker.stats().state shouldBe BreakerState.Closed
            }

            test("forgets failures once a link proved stable, and a loss after that is no failure of the attempt") {
                val court = Court()
                court.attempt()
                court.judge()
                court.attempt()
                court.judge.credit()
                court.judge()
                court.breaker.stats().consecutiveFailures shouldBe 0
            }
        }
    })
