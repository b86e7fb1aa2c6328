package io.github.belay.policy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

class ImmediateReconnectFloorSpec :
    FunSpec({
        test("after a connection that lived for a while nothing is waited") {
            ImmediateReconnectFloor(2).delay(sinceLastAttempt = 1.hours) shouldBe Duration.ZERO
            ImmediateReconnectFloor(2).delay(sinceLastAttempt = 500.milliseconds) shouldBe Duration.ZERO
        }

        test("after a refusal the rest of the gap is waited") {
            ImmediateReconnectFloor(2).delay(sinceLastAttempt = Duration.ZERO) shouldBe 500.milliseconds
            ImmediateReconnectFloor(2).delay(sinceLastAttempt = 499.milliseconds) shouldBe 1.milliseconds
        }

        test("by default one attempt a second is made") {
            ImmediateReconnectFloor().delay(sinceLastAttempt = Duration.ZERO) shouldBe 1.seconds
        }

        test("no second sees more attempts begin than configured, however fast the server refuses") {
            checkAll(Arb.int(1, 100), Arb.list(Arb.long(0, 700_000_000), 1..300)) { perSecond, handshakeNanos ->
                val floor = ImmediateReconnectFloor(perSecond)
                val starts =
                    handshakeNanos.runningFold(Duration.ZERO) { start, handshake ->
                        start + handshake.nanoseconds + floor.delay(sinceLastAttempt = handshake.nanoseconds)
                    }
                starts.forEach { from ->
                    starts.count { it >= from && it < from + 1.seconds } shouldBeLessThanOrEqualTo perSecond
                }
            }
        }

        test("a limit below one attempt a second is refused") {
            shouldThrow<IllegalArgumentException> { ImmediateReconnectFloor(0) }
                .message shouldBe "maxAttemptsPerSecond must be at least 1, was 0"
        }
    })
