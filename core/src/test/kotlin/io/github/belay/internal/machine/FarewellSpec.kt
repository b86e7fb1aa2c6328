package io.github.belay.internal.machine

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsCloseFrame
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.lifecycle.WsPercentile
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.seconds

private val plainClose = Farewell.Tell(WsCloseFrame.of(CloseCode.NORMAL))

private val table: List<Pair<WsDisconnectCause, Farewell>> =
    listOf(
        WsDisconnectCause.Requested(4000, "bye") to Farewell.Handshake(WsCloseFrame.of(4000, "bye")),
        WsDisconnectCause.Requested(CloseCode.ABNORMAL, "aborted") to Farewell.Drop,
        WsDisconnectCause.RemoteClosed(4001, "enough") to Farewell.Tell(WsCloseFrame.of(4001)),
        WsDisconnectCause.RemoteClosed(CloseCode.NO_STATUS, "") to Farewell.Tell(WsCloseFrame.EMPTY),
        WsDisconnectCause.RemoteClosed(CloseCode.ABNORMAL, "stream ended") to Farewell.Drop,
        WsDisconnectCause.ProtocolViolation(CloseCode.MESSAGE_TOO_BIG, "too big") to
            Farewell.Tell(WsCloseFrame.of(CloseCode.MESSAGE_TOO_BIG)),
        WsDisconnectCause.EndpointRequested("secret reason") to plainClose,
        WsDisconnectCause.SequenceBroken("a", 1, 2) to plainClose,
        WsDisconnectCause.ServerError(7, "secret text") to plainClose,
        WsDisconnectCause.InternalError("ingress", "secret text") to plainClose,
        WsDisconnectCause.ReadFailure("reset") to Farewell.Drop,
        WsDisconnectCause.WriteFailure("broken pipe") to Farewell.Drop,
        WsDisconnectCause.WriteTimeout(1.seconds) to Farewell.Drop,
        WsDisconnectCause.PongTimeout(1.seconds) to Farewell.Drop,
        WsDisconnectCause.StaleData(1.seconds) to Farewell.Drop,
        WsDisconnectCause.DataTimeout(1.seconds) to plainClose,
        WsDisconnectCause.HighLatency(WsPercentile.P99, 900, 800, 10) to plainClose,
        WsDisconnectCause.HandshakeFailed(WsHandshakeFailure.REJECTED, 503, null, "503") to plainClose,
    )

class FarewellSpec :
    FunSpec({
        test("every cause has its farewell") {
            for ((cause, farewell) in table) Farewell.to(cause) shouldBe farewell
        }

        test("the table names every cause there is") {
            table.map { it.first.javaClass }.distinct() shouldContainExactlyInAnyOrder
                WsDisconnectCause::class.java.permittedSubclasses.toList()
        }

        test("what the peer may send as a close code can be echoed") {
            (1000..4999).filter(CloseCode::isAllowedOnWire).forEach { code ->
                Farewell.to(WsDisconnectCause.RemoteClosed(code, "x")) shouldBe Farewell.Tell(WsCloseFrame.of(code))
            }
        }
    })
