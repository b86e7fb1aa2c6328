package io.github.belay.policy

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.hours

class NoReconnectSpec :
    FunSpec({
        test("no retry is ever allowed") {
            NoReconnect.mayRetry(retry()) shouldBe false
            NoReconnect.reset()
            NoReconnect.mayRetry(retry()) shouldBe false
        }

        test("its delay is a day") {
            NoReconnect.nextDelay(retry()) shouldBe 24.hours
        }
    })
