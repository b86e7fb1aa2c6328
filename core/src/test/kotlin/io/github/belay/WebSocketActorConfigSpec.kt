package io.github.belay

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds

private fun config(configure: WebSocketActorConfig.Builder.() -> Unit) =
    WebSocketActorConfig
        .Builder()
        .apply {
            url("ws://localhost")
            configure()
        }.build()

class WebSocketActorConfigSpec :
    FunSpec({
        val invalid =
            mapOf<String, WebSocketActorConfig.Builder.() -> Unit>(
                "name must not be blank" to { name = " " },
                "connectTimeout must be >= 1ms and finite but was 0s" to { connectTimeout = Duration.ZERO },
                "connectTimeout must be >= 1ms and finite but was 999us" to { connectTimeout = 999.microseconds },
                "writeTimeout must be >= 1ms and finite but was Infinity" to { writeTimeout = Duration.INFINITE },
                "closeTimeout must be >= 1ms and finite but was -1s" to { closeTimeout = (-1).seconds },
                "maxSilence must be > 0 but was 0s" to { maxSilence = Duration.ZERO },
                "dataTimeout must be > 0 but was -1s" to { dataTimeout = (-1).seconds },
                "stabilityWindow must be >= 0 and finite but was Infinity" to { stabilityWindow = Duration.INFINITE },
                "payloadLagInterval must be > 0 but was 0s" to { payloadLagInterval = Duration.ZERO },
                "outboundCapacity must be >= 1 but was 0" to { outboundCapacity = 0 },
                "maxQueuedBytes must be >= 1 but was -1" to { maxQueuedBytes = -1 },
                "queueWarnRatio must be in 0.0..1.0 but was NaN" to { queueWarnRatio = Double.NaN },
                "queueWarnRatio must be in 0.0..1.0 but was -0.1" to { queueWarnRatio = -0.1 },
                "inboundCapacity must be >= 1 but was 0" to { inboundCapacity = 0 },
                "maxInboundBytes must be >= 1 but was 0" to { maxInboundBytes = 0 },
                "maxPendingRequests must be >= 1 but was 0" to { maxPendingRequests = 0 },
                "exactly one of url and target must be set" to { target { WsTarget("ws://localhost") } },
            )
        for ((message, configure) in invalid) {
            test("refused: $message") {
                shouldThrow<IllegalArgumentException> { config(configure) }.message shouldBe message
            }
        }

        test("a subprotocol that no handshake may carry is refused, and named as such") {
            shouldThrow<IllegalArgumentException> { config { subprotocols = listOf("a b") } }
                .message
                .orEmpty() shouldContain "subprotocol"
        }

        test("an address and a header are refused when they are set") {
            shouldThrow<IllegalArgumentException> { config { url("http://localhost") } }
            shouldThrow<IllegalArgumentException> { config { header("Upgrade", "other") } }
        }

        test("what is at its bound is allowed") {
            val edge =
                config {
                    outboundCapacity = 1
                    maxQueuedBytes = 1
                    queueWarnRatio = 0.0
                    inboundCapacity = 1
                    maxInboundBytes = 1
                    maxPendingRequests = 1
                    stabilityWindow = Duration.ZERO
                }
            edge.outboundCapacity shouldBe 1
        }

        test("a change of the builder leaves what it has made as it is") {
            val builder = WebSocketActorConfig.Builder().apply { url("ws://localhost") }
            val made = builder.build()
            builder.outboundCapacity = 7
            made.outboundCapacity shouldBe 1024
        }
    })
