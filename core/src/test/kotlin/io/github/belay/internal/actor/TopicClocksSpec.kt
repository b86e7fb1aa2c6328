package io.github.belay.internal.actor

import io.github.belay.internal.session.Clock
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource

class TopicClocksSpec :
    FunSpec({
        test("each topic is as old as its own last data") {
            val time = TestTimeSource()
            val clocks = TopicClocks(Clock(time))
            clocks.age("btc") shouldBe null
            clocks.arrived("btc", 1.seconds)
            clocks.arrived("eth", 2.seconds)
            clocks.arrived("btc", 3.seconds)
            time += 5.seconds
            clocks.age("btc") shouldBe 2.seconds
            clocks.age("eth") shouldBe 3.seconds
            clocks.age("xrp") shouldBe null
        }

        test("beyond the capacity the topic that was neither heard of nor asked about for longest is forgotten") {
            val clocks = TopicClocks(Clock(TestTimeSource()), capacity = 3)
            for (topic in listOf("a", "b", "c")) clocks.arrived(topic, 0.seconds)
            clocks.age("a")
            clocks.arrived("d", 0.seconds)
            listOf("a", "b", "c", "d").map { clocks.age(it) != null } shouldBe listOf(true, false, true, true)
        }
    })
