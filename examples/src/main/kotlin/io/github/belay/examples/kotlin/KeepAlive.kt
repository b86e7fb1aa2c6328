package io.github.belay.examples.kotlin

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.ktor.KtorTransport
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.ServerDrivenPingPong
import io.github.belay.policy.TextPingPong
import io.github.belay.policy.WsApplicationPingPong
import io.github.belay.policy.WsPing
import io.github.belay.policy.WsPingPongStrategy
import kotlin.time.Duration.Companion.seconds

/** The ways to keep a link alive, one at a time. */
internal object KeepAlive {
    fun protocol(): WsPingPongStrategy {
        // snippet:heartbeat-protocol-kotlin
        return ProtocolPingPong(interval = 20.seconds, timeout = 10.seconds, failureThreshold = 3)
        // end:heartbeat-protocol-kotlin
    }

    fun text(): WsPingPongStrategy {
        // snippet:heartbeat-text-kotlin
        return TextPingPong(ping = "PING", pong = "PONG", interval = 20.seconds, timeout = 10.seconds)
        // end:heartbeat-text-kotlin
    }

    fun application(): WsPingPongStrategy {
        // snippet:heartbeat-application-kotlin
        return WsApplicationPingPong(
            interval = 20.seconds,
            timeout = 10.seconds,
            factory = { number -> WsPing(WsFrame.text("""{"op":"ping","id":$number}"""), key = number) },
            parser = { frame ->
                val text = frame.decodeToString()
                if ("\"pong\"" in text) text.filter(Char::isDigit).toLongOrNull() else null
            },
        )
        // end:heartbeat-application-kotlin
    }

    fun watched(address: String): WebSocketActor<Trade> {
        // snippet:liveness-kotlin
        return WebSocketActor(KtorTransport(), TradesEndpoint()) {
            url(address)
            heartbeat = ServerDrivenPingPong
            maxSilence = 45.seconds
            dataTimeout = 60.seconds
        }
        // end:liveness-kotlin
    }

    fun check(trades: WebSocketActor<Trade>): String {
        // snippet:health-kotlin
        val health = trades.health()
        return if (health.isHealthy) "up, data ${health.dataAgeMillis} ms ago" else "not up: ${health.reason}"
        // end:health-kotlin
    }
}
