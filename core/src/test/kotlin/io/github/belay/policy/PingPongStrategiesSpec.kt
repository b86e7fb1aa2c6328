package io.github.belay.policy

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration.ofSeconds
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds

private fun WsPingPongStrategy.inbound(frame: WsFrame): WsPongOutcome =
    handleInbound(WsFrameView().give(frame.kind, frame.payload))

private fun refused(block: () -> Unit): String? = shouldThrow<IllegalArgumentException>(block).message

class PingPongStrategiesSpec :
    FunSpec({
        test("no two pings of the protocol carry the same payload, and the pong that repeats it has its key") {
            val pings = (1L..300L).map { ProtocolPingPong().createPing(it) }
            pings.map { it.frame.payload }.toSet().size shouldBe 300
            pings.all { it.frame is WsFrame.Ping && it.frame.payload.size == Long.SIZE_BYTES } shouldBe true
            val pong = ProtocolPingPong().inbound(WsFrame.pong(pings[41].frame.payload))
            pong.shouldBeInstanceOf<WsPongOutcome.PongReceived>().key shouldBe pings[41].key
        }

        test("pings of the protocol do not look at messages") {
            ProtocolPingPong().readsMessages() shouldBe false
            ProtocolPingPong().inbound(WsFrame.text("PONG")) shouldBe WsPongOutcome.NotPong
        }

        test("any pair of interval and timeout will do, from a millisecond on") {
            ProtocolPingPong(interval = 15.seconds, timeout = 30.seconds).timeoutMillis() shouldBe 30_000
            ProtocolPingPong(interval = 30.seconds, timeout = 15.seconds).intervalMillis() shouldBe 30_000
            refused { ProtocolPingPong(interval = Duration.ZERO) } shouldBe
                "interval must be >= 1ms and finite but was 0s"
            refused { ProtocolPingPong(interval = 1.microseconds) } shouldBe
                "interval must be >= 1ms and finite but was 1us"
            refused { ProtocolPingPong(timeout = Duration.INFINITE) } shouldBe
                "timeout must be >= 1ms and finite but was Infinity"
            refused { ProtocolPingPong(failureThreshold = 0) } shouldBe "failureThreshold must be >= 1 but was 0"
            refused { TextPingPong("PING", timeout = Duration.ZERO) } shouldBe
                "timeout must be >= 1ms and finite but was 0s"
            refused {
                WsApplicationPingPong(1.seconds, 1.seconds, maxPending = 0, factory = { null }, parser = { null })
            } shouldBe "maxPending must be in 1..1024 but was 0"
        }

        test("each says what it is, but no text of its own") {
            ProtocolPingPong(20.seconds, 10.seconds).toString() shouldBe
                "ProtocolPingPong(interval=20s, timeout=10s)"
            ProtocolPingPong(ofSeconds(20), ofSeconds(10), 3).toString() shouldBe
                "ProtocolPingPong(interval=20s, timeout=10s, failureThreshold=3)"
            TextPingPong("secret", "secret").toString() shouldBe "TextPingPong(interval=20s, timeout=10s)"
            "$NoPingPong $ServerDrivenPingPong" shouldBe "NoPingPong ServerDrivenPingPong"
        }

        test("a pong or a Close is no ping, and a control frame no reply") {
            refused { WsPing(WsFrame.pong(), 1) } shouldBe "frame must be PING, TEXT or BINARY but was PONG"
            refused { WsPongOutcome.Reply(WsFrame.ping()) } shouldBe "frame must be TEXT or BINARY but was PING"
        }
    })
