package io.github.belay.testing.connection

import io.github.belay.endpoint.WsTimestampSink
import io.github.belay.frame.WsFrame
import io.github.belay.observe.WsMetricsReporter
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test
import java.time.Instant
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** How old data is when it arrives. */
class PayloadLagTest {
    private class Trades : TextProtocol() {
        var looks = 0

        override fun samplePayloadTimestamps(
            frame: WsFrame,
            sink: WsTimestampSink,
        ) {
            looks++
            sink.timestamp("trade", frame.payload.decodeToString().toLong())
        }
    }

    @Test
    fun oneMessageInEachIntervalIsLookedIntoAndItsAgeReportedWithKindAndName() =
        scenario {
            val reports = ArrayList<String>()
            val protocol = Trades()
            val actor =
                actor(protocol, runtime = runtime(wallClock = { Instant.ofEpochMilli(now.inWholeMilliseconds) })) {
                    name = "market"
                    payloadLagInterval = 5.seconds
                    metrics =
                        object : WsMetricsReporter {
                            override fun payloadLag(
                                client: String,
                                kind: String,
                                lagMicros: Long,
                            ) {
                                reports += "$client $kind $lagMicros"
                            }
                        }
                }
            actor.connect()
            val connection = server.acceptConnection()
            pass(100.milliseconds)
            repeat(11) { second ->
                // Sent 20 ms before it arrives; one of them has a clock that is ahead.
                connection.sendText("${second * 1_000_000 + if (second == 5) 999_000 else 80_000}")
                pass(1.seconds)
            }
            protocol.looks shouldBe 3
            reports shouldContainExactly listOf("market trade 20000", "market trade 20000")
        }

    @Test
    fun withoutAnIntervalNobodyLooks() =
        scenario {
            val protocol = Trades()
            actor(protocol).connect()
            server.acceptConnection().sendText("1")
            settle()
            protocol.looks shouldBe 0
        }
}
