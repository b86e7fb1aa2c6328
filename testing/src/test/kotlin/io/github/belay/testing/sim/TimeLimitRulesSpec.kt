package io.github.belay.testing.sim

import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.lifecycle.WsLifecycleEvent
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private class Watch(
    val rules: TimeLimitRules,
    val clock: HandClock,
) {
    fun at(
        time: Duration,
        event: WsLifecycleEvent,
    ) {
        clock.time = time
        rules.on(event)
    }
}

private fun watching(act: Watch.() -> Unit): List<Invariant> =
    broken { violations ->
        val clock = HandClock()
        val settings =
            Settings(
                connectTimeout = 2.seconds,
                closeTimeout = 500.milliseconds,
                pingTimeout = 1.seconds,
                maxSilence = 3.seconds,
                dataTimeout = 4.seconds,
            )
        Watch(TimeLimitRules(settings, violations, clock), clock).act()
    }

private val connecting = WsLifecycleEvent.Connecting(generation = 1, attempt = 1)
private val opened = WsLifecycleEvent.Opened(generation = 1, isReconnect = false, subprotocol = null)
private val ready = WsLifecycleEvent.Ready(generation = 1)

private fun lost(cause: WsDisconnectCause) =
    WsLifecycleEvent.Disconnected(generation = 1, cause, wasOpen = true, retryIn = null)

private val timedOut =
    lost(WsDisconnectCause.HandshakeFailed(WsHandshakeFailure.TIMED_OUT, null, null, "not open"))

class TimeLimitRulesSpec :
    FunSpec({
        test("each step has its limit and the time that it takes to take the link down") {
            watching {
                at(10.seconds, connecting)
                at(12.seconds, opened)
                at(15.seconds, ready)
                at(60.seconds, lost(WsDisconnectCause.ReadFailure("reset")))
            }.shouldBeEmpty()
            watching {
                at(10.seconds, connecting)
                at(13.002.seconds, opened)
            } shouldContainExactly listOf(Invariant.DEADLINE)
            watching {
                at(10.seconds, connecting)
                at(10.seconds, opened)
                at(13.002.seconds, timedOut)
            } shouldContainExactly listOf(Invariant.DEADLINE)
        }

        test("a limit cannot have passed before its time") {
            for ((event, least) in listOf(
                timedOut to 2.seconds,
                lost(WsDisconnectCause.PongTimeout(1.seconds)) to 1.seconds,
                lost(WsDisconnectCause.StaleData(3.seconds)) to 3.seconds,
                lost(WsDisconnectCause.DataTimeout(4.seconds)) to 4.seconds,
            )) {
                fun lostAfter(time: Duration) =
                    watching {
                        at(10.seconds, connecting)
                        at(10.seconds, opened)
                        if (event != timedOut) at(10.seconds, ready)
                        at(10.seconds + time, event)
                    }
                lostAfter(least).shouldBeEmpty()
                lostAfter(least - 1.milliseconds) shouldContainExactly listOf(Invariant.DEADLINE)
            }
        }

        test("a wait ends within its limit, and says that its time was up only then") {
            fun waited(
                took: Duration,
                isTimeout: Boolean,
            ) = watching {
                clock.time = took
                rules.waited(start = Duration.ZERO, limit = 1.seconds, isTimeout)
            }
            waited(10.milliseconds, isTimeout = false).shouldBeEmpty()
            waited(1.seconds, isTimeout = true).shouldBeEmpty()
            waited(999.milliseconds, isTimeout = true) shouldContainExactly listOf(Invariant.DEADLINE)
            waited(1.002.seconds, isTimeout = false) shouldContainExactly listOf(Invariant.DEADLINE)
        }
    })
