package io.github.belay.policy

import io.github.belay.lifecycle.WsPercentile
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration.ofMillis
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

private fun refused(block: () -> Unit): String? = shouldThrow<IllegalArgumentException>(block).message

class WsLatencyPolicySpec :
    FunSpec({
        test("what is not allowed is named with its value") {
            refused { WsLatencyPolicy(Duration.ZERO) } shouldBe "threshold must be > 0 and finite but was 0s"
            refused { WsLatencyPolicy(1.seconds, minSamples = 0) } shouldBe
                "minSamples must be in 1..100, the window, but was 0"
            refused { WsLatencyPolicy(1.seconds, minSamples = 11, window = 10) } shouldBe
                "minSamples must be in 1..10, the window, but was 11"
            refused { WsLatencyPolicy(1.seconds, consecutiveBreaches = 0) } shouldBe
                "consecutiveBreaches must be >= 1 but was 0"
            refused { WsLatencyPolicy(1.seconds, window = 10_001) } shouldBe
                "window must be in 1..10000 but was 10001"
        }

        test("Java's constructors say the same") {
            WsLatencyPolicy(ofMillis(250), WsPercentile.P50, 5, 2).toString() shouldBe
                "WsLatencyPolicy(P50 > 250ms, minSamples=5, consecutiveBreaches=2, window=100, action=RECONNECT)"
            WsLatencyPolicy(ofMillis(250), WsPercentile.P99, 5, 2, 50, WsLatencyAction.REPORT).toString() shouldBe
                "WsLatencyPolicy(P99 > 250ms, minSamples=5, consecutiveBreaches=2, window=50, action=REPORT)"
        }
    })
