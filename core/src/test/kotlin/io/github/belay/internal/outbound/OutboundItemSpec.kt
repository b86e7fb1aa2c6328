package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import java.util.concurrent.atomic.AtomicInteger

class OutboundItemSpec :
    FunSpec({
        test("an item tells the first outcome and no other") {
            val sender = Sender()
            val item = sender.item("a")
            item.settle(TellOutcome.Done)
            item.settle(TellOutcome.Closed)
            sender.outcomes.shouldContainExactly("a: Done")
        }

        test("an item that many threads settle at once tells one outcome") {
            val told = AtomicInteger()
            repeat(200) {
                val item = OutboundItem(WsFrame.text("a")) { told.incrementAndGet() }
                coroutineScope { repeat(4) { launch(Dispatchers.Default) { item.settle(TellOutcome.Done) } } }
            }
            told.get() shouldBe 200
        }

        test("an item does not take a control frame") {
            shouldThrow<IllegalArgumentException> { OutboundItem(ping()) {} }.message shouldBe
                "frame must be TEXT or BINARY but was PING"
        }
    })
