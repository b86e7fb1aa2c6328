package io.github.belay.policy

import io.github.belay.policy.BreakerState.Closed
import io.github.belay.policy.BreakerState.HalfOpen
import io.github.belay.policy.BreakerState.Open
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

class WsCircuitBreakerSpec :
    FunSpec({
        test("it opens at the failure threshold and refuses until the open time is over") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 3, openTimeout = 10.seconds))) {
                fail(times = 2)
                state shouldBe Closed
                fail()
                state shouldBe Open
                refused().retryAfter shouldBe 10.seconds
                clock += 4.seconds
                refused().retryAfter shouldBe 6.seconds
                clock += 6.seconds
                granted()
                state shouldBe HalfOpen
            }
        }

        test("a success forgets the failures before it") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 3))) {
                fail(times = 2)
                succeed()
                fail(times = 2)
                state shouldBe Closed
            }
        }

        test("20 failures, each followed by a stable hour, never open it") {
            with(BreakerFixture()) {
                repeat(20) {
                    fail()
                    val permit = granted()
                    clock += 1.hours
                    breaker.onSuccess(permit)
                }
                state shouldBe Closed
            }
        }

        test("half-open it closes after the success threshold") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 1, openTimeout = 150.milliseconds))) {
                fail()
                clock += 150.milliseconds
                succeed()
                state shouldBe HalfOpen
                succeed()
                state shouldBe Closed
                changes shouldContainExactly listOf(Closed to Open, Open to HalfOpen, HalfOpen to Closed)
            }
        }

        test("half-open one failure opens it for the whole open time again") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 3, openTimeout = 10.seconds))) {
                fail(times = 3)
                clock += 10.seconds
                succeed()
                val probe = granted()
                clock += 1.seconds
                breaker.onFailure(probe)
                refused().retryAfter shouldBe 10.seconds
                changes shouldContainExactly listOf(Closed to Open, Open to HalfOpen, HalfOpen to Open)
            }
        }

        test("a new half-open period begins to count successes from zero") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 1, openTimeout = 10.seconds))) {
                fail()
                clock += 10.seconds
                succeed()
                fail()
                clock += 10.seconds
                succeed()
                state shouldBe HalfOpen
            }
        }

        test("half-open no more probes run at once than there are permits") {
            with(BreakerFixture(WsCircuitBreakerConfig(successThreshold = 9, halfOpenPermits = 3))) {
                breaker.trip()
                clock += 60.seconds
                val probes = List(3) { granted() }
                refused()
                breaker.onSuccess(probes[1])
                granted()
                refused()
                breaker.onNeutral(probes[2])
                granted()
                refused()
            }
        }

        test("a clock that steps exactly onto expiry finds the attempt granted") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 1, openTimeout = 10.seconds))) {
                fail()
                clock += 10.seconds - 1.nanoseconds
                refused().retryAfter shouldBe 1.milliseconds
                clock += 1.nanoseconds
                granted()
            }
        }

        test("the time to wait is rounded up to a timer's millisecond, so that the timer is never early") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 1, openTimeout = 1.nanoseconds))) {
                fail()
                refused().retryAfterMillis shouldBe 1
            }
        }

        test("100 neutral ends leave it closed and the count of failures as it was") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 2))) {
                fail()
                repeat(100) { breaker.onNeutral(granted()) }
                breaker.stats().consecutiveFailures shouldBe 1
                state shouldBe Closed
                changes shouldBe emptyList()
            }
        }

        test("two reports of one permit count as one") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 2))) {
                val permit = granted()
                breaker.onFailure(permit)
                clock += 1.seconds
                breaker.onFailure(permit)
                breaker.onSuccess(permit)
                breaker.stats().consecutiveFailures shouldBe 1
                breaker.stats().sinceLastFailure shouldBe 1.seconds
            }
        }

        test("failures of attempts that began before it opened do not lengthen the open time") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 1, openTimeout = 10.seconds))) {
                val late = List(3) { granted() }
                fail()
                clock += 5.seconds
                late.forEach(breaker::onFailure)
                refused().retryAfter shouldBe 5.seconds
                breaker.stats().trips shouldBe 1
            }
        }

        test("half-open the results of attempts that began while it was closed neither open nor close it") {
            with(BreakerFixture(WsCircuitBreakerConfig(1, successThreshold = 1, openTimeout = 10.seconds))) {
                val late = List(2) { granted() }
                fail()
                clock += 10.seconds
                granted()
                breaker.onSuccess(late[0])
                breaker.onFailure(late[1])
                state shouldBe HalfOpen
                refused()
            }
        }

        test("the failure of a probe from an earlier half-open period does not end the present one") {
            val twoProbes = WsCircuitBreakerConfig(failureThreshold = 1, openTimeout = 10.seconds, halfOpenPermits = 2)
            with(BreakerFixture(twoProbes)) {
                breaker.trip()
                clock += 10.seconds
                val late = granted()
                fail()
                clock += 10.seconds
                granted()
                breaker.onFailure(late)
                state shouldBe HalfOpen
            }
        }

        test("a probe that never reports gives its place up after the open time") {
            with(BreakerFixture(WsCircuitBreakerConfig(successThreshold = 2, openTimeout = 10.seconds))) {
                breaker.trip()
                clock += 10.seconds
                val silent = granted()
                clock += 3.seconds
                refused().retryAfter shouldBe 7.seconds
                clock += 7.seconds
                val second = granted()
                refused().retryAfter shouldBe 10.seconds
                breaker.onSuccess(silent)
                refused().retryAfter shouldBe 10.seconds
                breaker.onSuccess(second)
                state shouldBe Closed
            }
        }

        test("trip opens at once, drops the counters and ignores what was under way") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 3, openTimeout = 10.seconds))) {
                fail(times = 2)
                val late = granted()
                breaker.trip()
                refused().retryAfter shouldBe 10.seconds
                breaker.stats().consecutiveFailures shouldBe 0
                breaker.onFailure(late)
                clock += 10.seconds
                succeed(times = 2)
                fail(times = 2)
                state shouldBe Closed
            }
        }

        test("trip of an open breaker begins the open time anew and is no further change") {
            with(BreakerFixture(WsCircuitBreakerConfig(openTimeout = 10.seconds))) {
                breaker.trip()
                clock += 9.seconds
                breaker.trip()
                refused().retryAfter shouldBe 10.seconds
                breaker.stats().trips shouldBe 1
                changes shouldContainExactly listOf(Closed to Open)
            }
        }

        test("reset closes and forgets the failures, also of attempts under way") {
            with(BreakerFixture(WsCircuitBreakerConfig(failureThreshold = 2))) {
                breaker.trip()
                breaker.reset()
                state shouldBe Closed
                fail()
                val late = granted()
                breaker.reset()
                breaker.onFailure(late)
                fail()
                state shouldBe Closed
                changes shouldContainExactly listOf(Closed to Open, Open to Closed)
            }
        }
    })
