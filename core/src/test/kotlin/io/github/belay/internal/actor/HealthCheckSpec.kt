package io.github.belay.internal.actor

import io.github.belay.internal.session.Vitals
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectCause
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.seconds

class HealthCheckSpec :
    FunSpec({
        val lost = WsDisconnectCause.PongTimeout(10.seconds)

        fun reason(
            status: WsConnectionStatus,
            lastCause: WsDisconnectCause? = null,
        ) = healthOf(status, lastCause, vitals = null, isReadingPaused = false).reason

        test("only a connection that is ready is healthy, and any other says why it is not") {
            reason(WsConnectionStatus.CONNECTED) shouldBe null
            reason(WsConnectionStatus.CONNECTED, lost) shouldBe null
            reason(WsConnectionStatus.DISCONNECTED) shouldBe "never connected"
            reason(WsConnectionStatus.DISCONNECTED, lost) shouldBe "down, last lost by pong_timeout(limit=10s)"
            reason(WsConnectionStatus.CONNECTING) shouldBe "connecting"
            reason(WsConnectionStatus.CONNECTING, lost) shouldBe "connecting, last lost by pong_timeout(limit=10s)"
            reason(WsConnectionStatus.CLOSED, lost) shouldBe "closed, last lost by pong_timeout(limit=10s)"
        }

        test("it says how the link is, if there is one") {
            val health =
                healthOf(WsConnectionStatus.CONNECTED, null, Vitals(2, 3.seconds, 5.seconds), isReadingPaused = true)
            health.isHealthy shouldBe true
            health.toString() shouldBe
                "WsHealth(status=CONNECTED, reason=null, missedPongs=2, inboundAgeMillis=3000, " +
                "dataAgeMillis=5000, isReadingPaused=true)"
            val none = healthOf(WsConnectionStatus.CONNECTING, null, vitals = null, isReadingPaused = false)
            listOf(none.inboundAgeMillis, none.dataAgeMillis) shouldBe listOf(-1L, -1L)
        }
    })
