package io.github.belay.testing.connection

import io.github.belay.lifecycle.WebSocketEvent
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Whoever does not keep up is counted and seen. */
class SlowConsumerTest {
    @Test
    fun readingThatIsHeldBackIsCountedAndSeenUntilTheConsumerHasCaughtUp() =
        scenario {
            val actor = actor(TextProtocol()) { inboundCapacity = 4 }
            val slow = SlowCollector(this, actor)
            actor.connect()
            val connection = server.acceptConnection()
            repeat(4) { connection.sendText("$it") }
            settle()
            actor.stats().isReadingPaused shouldBe false
            repeat(4) { connection.sendText("${it + 4}") }
            settle()
            actor.stats().isReadingPaused shouldBe true
            actor.stats().readingPauses shouldBe 1
            connection.isReading shouldBe false
            slow.goOn()
            settle()
            slow.seen shouldContainExactly List(8) { "$it" }
            actor.stats().isReadingPaused shouldBe false
            actor.stats().readingPauses shouldBe 1
        }

    @Test
    fun lifecycleEventsThatACollectorDidNotKeepUpWithAreCounted() =
        scenario {
            repeat(300) { server.reject(503) }
            val actor = actor(TextProtocol())
            test.backgroundScope.launch { actor.lifecycle.collect { awaitCancellation() } }
            settle()
            actor.tell(WebSocketEvent.Connect)
            pass(1.minutes)
            actor.stats().lifecycleEventsLost shouldBe 0
            pass(300.seconds)
            // One event is in the collector's hands and 256 wait for it.
            actor.stats().lifecycleEventsLost shouldBe events.size - 257
        }
}
