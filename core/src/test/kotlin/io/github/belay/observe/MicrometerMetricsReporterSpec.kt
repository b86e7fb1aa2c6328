package io.github.belay.observe

import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.micrometer.core.instrument.Timer
import io.micrometer.core.instrument.config.MeterFilter
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import java.util.concurrent.TimeUnit

private class Metered {
    val registry = SimpleMeterRegistry()
    val reporter = MicrometerMetricsReporter(registry)

    fun counter(
        name: String,
        vararg tags: String,
    ): Double =
        registry
            .get("websocket.client.$name")
            .tags("client", "ws", *tags)
            .counter()
            .count()

    fun timer(
        name: String,
        vararg tags: String,
    ): Timer = registry.get("websocket.client.$name").tags("client", "ws", *tags).timer()

    /** What differs from zero, as `name{tags}`. */
    fun nonZero(): List<String> =
        registry.meters
            .filter { meter -> meter.measure().any { it.value > 0 } }
            .map { meter -> meter.id.name + meter.id.tags.joinToString(",", "{", "}") { "${it.key}=${it.value}" } }
}

class MicrometerMetricsReporterSpec :
    FunSpec({
        test("every report changes a meter and no two reports change the same") {
            val changed =
                reports.flatMap { report ->
                    val metered = Metered()
                    metered.reporter.hear(report, "ws")
                    metered.nonZero().map { it to report.name }
                }
            changed.map { it.first }.distinct().size shouldBe changed.size
            changed.map { it.second }.distinct().size shouldBe reports.size
        }

        test("connecting is counted and its handshake timed") {
            val metered = Metered()
            metered.reporter.connectAttempt("ws")
            metered.reporter.connected("ws", durationNanos = 42_000_000)
            metered.reporter.ready("ws")
            metered.counter("connect.attempts") shouldBe 1.0
            metered.timer("connect", "outcome", "ok").count() shouldBe 1
            metered.timer("connect", "outcome", "ok").totalTime(TimeUnit.MILLISECONDS) shouldBe 42.0
            metered.counter("ready") shouldBe 1.0
        }

        test("failures and ends are told apart by the kind of their cause") {
            val metered = Metered()
            val rejected =
                WsDisconnectCause.HandshakeFailed(WsHandshakeFailure.REJECTED, 503, null, "https://host/?token=secret")
            metered.reporter.connectFailed("ws", rejected)
            metered.reporter.disconnected("ws", WsDisconnectCause.RemoteClosed(1006, "secret"))
            metered.reporter.disconnected("ws", WsDisconnectCause.RemoteClosed(1001, "other"))
            metered.reporter.disconnected("ws", WsDisconnectCause.ReadFailure("secret"))
            metered.counter("connect.failures", "cause", "handshake_rejected") shouldBe 1.0
            metered.counter("disconnects", "cause", "remote_closed") shouldBe 2.0
            metered.counter("disconnects", "cause", "read_failure") shouldBe 1.0
            metered.registry.meters
                .flatMap { it.id.tags }
                .filter { "secret" in it.value }
                .shouldBeEmpty()
        }

        test("delays of reconnects and refusals of the breaker are recorded") {
            val metered = Metered()
            metered.reporter.reconnectScheduled("ws", delayMillis = 1_500)
            metered.reporter.breakerRefused("ws")
            metered.timer("reconnect.backoff").totalTime(TimeUnit.MILLISECONDS) shouldBe 1_500.0
            metered.counter("breaker.rejections") shouldBe 1.0
        }

        test("frames and bytes are counted by direction") {
            val metered = Metered()
            metered.reporter.framesReceived("ws", frames = 3, bytes = 300)
            metered.reporter.framesReceived("ws", frames = 1, bytes = 50)
            metered.reporter.framesSent("ws", frames = 2, bytes = 20)
            metered.counter("frames", "direction", "received") shouldBe 4.0
            metered.counter("io", "direction", "received") shouldBe 350.0
            metered.counter("frames", "direction", "sent") shouldBe 2.0
            metered.counter("io", "direction", "sent") shouldBe 20.0
            metered.registry
                .get("websocket.client.io")
                .counters()
                .map { it.id.baseUnit } shouldContainExactly listOf("bytes", "bytes")
        }

        test("messages, what was dropped, and errors are counted") {
            val metered = Metered()
            metered.reporter.messagesDelivered("ws", 10)
            metered.reporter.messagesUncollected("ws", 4)
            metered.reporter.queueRefused("ws")
            metered.reporter.readingPaused("ws")
            metered.reporter.parseError("ws")
            metered.reporter.handlerError("ws")
            metered.reporter.serverError("ws")
            metered.counter("messages", "direction", "received") shouldBe 10.0
            metered.counter("dropped", "queue", "inbound", "policy", "keep_newest") shouldBe 4.0
            metered.counter("dropped", "queue", "outbound", "policy", "refuse") shouldBe 1.0
            metered.counter("reading.pauses") shouldBe 1.0
            for (kind in listOf("parse", "handler", "server")) metered.counter("errors", "kind", kind) shouldBe 1.0
        }

        test("heartbeats are counted and their round trips timed") {
            val metered = Metered()
            metered.reporter.pingSent("ws")
            metered.reporter.pongReceived("ws", rttNanos = 2_000_000)
            metered.reporter.pongTimeout("ws")
            metered.counter("heartbeat.pings") shouldBe 1.0
            metered.timer("heartbeat.rtt").totalTime(TimeUnit.MILLISECONDS) shouldBe 2.0
            metered.counter("heartbeat.missed") shouldBe 1.0
        }

        test("the age of data is timed by its kind") {
            val metered = Metered()
            metered.reporter.payloadLag("ws", "trade", lagMicros = 3_000)
            metered.timer("payload.lag", "kind", "trade").totalTime(TimeUnit.MILLISECONDS) shouldBe 3.0
        }

        test("requests are counted by their outcome") {
            val metered = Metered()
            for (outcome in WsRequestOutcome.entries) {
                repeat(outcome.ordinal + 1) { metered.reporter.requestSettled("ws", outcome) }
            }
            for (outcome in WsRequestOutcome.entries) {
                metered.counter("requests", "outcome", outcome.name.lowercase()) shouldBe outcome.ordinal + 1.0
            }
        }

        test("two connections of one name share meters and two names do not") {
            val metered = Metered()
            metered.reporter.pingSent("ws")
            metered.reporter.pingSent("ws")
            metered.reporter.pingSent("other")
            metered.counter("heartbeat.pings") shouldBe 2.0
            metered.registry
                .get("websocket.client.heartbeat.pings")
                .tags("client", "other")
                .counter()
                .count() shouldBe 1.0
        }

        test("a client's meters are there from its first report on, so that rates begin at zero") {
            val metered = Metered()
            metered.reporter.connectAttempt("ws")
            metered.counter("heartbeat.missed") shouldBe 0.0
            metered.counter("requests", "outcome", "unconfirmed") shouldBe 0.0
        }

        test("names, tags and the number of series keep to the convention") {
            val metered = Metered()
            reports.forEach { metered.reporter.hear(it, "ws") }
            val ids = metered.registry.meters.map { it.id }
            ids.size shouldBeLessThanOrEqual 120
            ids.flatMap { id -> id.tags.map { it.key } }.distinct() shouldContainExactlyInAnyOrder
                listOf("client", "outcome", "cause", "direction", "queue", "policy", "kind")
            val convention = Regex("websocket\\.client(\\.[a-z]+)+")
            ids.map { it.name }.filterNot(convention::matches).shouldBeEmpty()
            ids.filter { it.description.isNullOrBlank() }.shouldBeEmpty()
            ids
                .groupBy { it.name }
                .filter { (_, same) -> same.map { id -> id.tags.map { it.key } }.distinct().size > 1 }
                .keys
                .shouldBeEmpty()
        }

        test("a registry that refuses a meter is no error") {
            val metered = Metered()
            metered.registry.config().meterFilter(MeterFilter.deny())
            reports.forEach { metered.reporter.hear(it, "ws") }
            metered.registry.meters.shouldBeEmpty()
        }
    })
