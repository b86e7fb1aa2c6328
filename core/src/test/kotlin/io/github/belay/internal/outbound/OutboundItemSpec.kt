package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred

class OutboundItemSpec :
    FunSpec({
        test("a message completes what its sender waits for") {
            val outcome = CompletableDeferred<TellOutcome>()
            OutboundMessage(WsFrame.text("a"), outcome).settle(TellOutcome.Closed)
            outcome.await() shouldBe TellOutcome.Closed
        }

        test("no item takes a control frame") {
            val refusal = "frame must be TEXT or BINARY but was PING"
            shouldThrow<IllegalArgumentException> { OutboundSetup(ping()) {} }.message shouldBe refusal
            shouldThrow<IllegalArgumentException> { OutboundMessage(ping(), CompletableDeferred()) }.message shouldBe
                refusal
        }
    })
