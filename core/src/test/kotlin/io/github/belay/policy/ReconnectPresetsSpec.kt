package io.github.belay.policy

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class ReconnectPresetsSpec :
    FunSpec({
        test("a single connection starts at 1 s and grows by half to 30 s with equal jitter, without limit") {
            val preset = ReconnectPresets.singleConnection()
            preset.base shouldBe 1.seconds
            preset.max shouldBe 30.seconds
            preset.factor shouldBe 1.5
            preset.jitter shouldBe Jitter.Equal
            preset.maxAttempts shouldBe null
            preset.maxElapsed shouldBe null
        }

        test("many connections start at 100 ms and double to 30 s with full jitter, without limit") {
            val preset = ReconnectPresets.manyConnections()
            preset.base shouldBe 100.milliseconds
            preset.max shouldBe 30.seconds
            preset.factor shouldBe 2.0
            preset.jitter shouldBe Jitter.Full
            preset.maxAttempts shouldBe null
            preset.maxElapsed shouldBe null
        }

        test("five tries are made exactly 2 s apart") {
            val preset = ReconnectPresets.fiveTries()
            preset.delay shouldBe 2.seconds
            preset.jitter shouldBe Jitter.None
            preset.mayRetry(retry(attempt = 5)) shouldBe true
            preset.mayRetry(retry(attempt = 6)) shouldBe false
        }
    })
