package io.github.belay.internal.actor

import io.github.belay.RecordingLogger
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.lifecycle.WsLifecycleEvent
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** A log and what a person sees of it who does not debug. */
private class Logged {
    private val logger = RecordingLogger()
    private val log = ConnectionLog("ws", logger)
    private val reset = WsDisconnectCause.ReadFailure("reset")
    private var generation = 0L

    /** What was told above debug, each as level and event. */
    val seen: List<String>
        get() = logger.lines.filterNot { it.startsWith("DEBUG") }.map { it.replace("ws: ", "").substringBefore('(') }

    fun ready() {
        log.tell(WsLifecycleEvent.Connecting(++generation, attempt = 1))
        log.tell(WsLifecycleEvent.Opened(generation, isReconnect = generation > 1, subprotocol = null))
        log.tell(WsLifecycleEvent.Ready(generation))
    }

    fun stable() = log.stable()

    fun lost(retryIn: Duration? = 1.seconds) =
        log.tell(WsLifecycleEvent.Disconnected(generation, reset, retryIn, wasOpen = true))

    fun failed() {
        log.tell(WsLifecycleEvent.Connecting(++generation, attempt = 1))
        log.tell(WsLifecycleEvent.Disconnected(generation, reset, 1.seconds, wasOpen = false))
    }

    fun gaveUp() {
        lost(retryIn = null)
        log.tell(WsLifecycleEvent.GaveUp(WsGiveUpReason.ABORTED, attempts = 1, reset))
    }
}

private fun logged(block: Logged.() -> Unit): List<String> = Logged().apply(block).seen

class ConnectionLogSpec :
    FunSpec({
        test("an outage is one warning and one return, however many attempts fail") {
            logged {
                ready()
                stable()
                lost()
                repeat(50) { failed() }
                ready()
                stable()
            } shouldContainExactly listOf("INFO Ready", "WARN Disconnected", "INFO Ready")
        }

        test("the next outage is a warning again") {
            logged {
                repeat(2) {
                    ready()
                    stable()
                    lost()
                }
            } shouldContainExactly listOf("INFO Ready", "WARN Disconnected", "INFO Ready", "WARN Disconnected")
        }

        test("a server that accepts and closes at once does not flood the log") {
            logged {
                repeat(1_000) {
                    ready()
                    lost()
                }
            } shouldContainExactly listOf("INFO Ready", "WARN Disconnected", "INFO Ready")
        }

        test("that it holds at last is told, with the number of links that did not") {
            logged {
                repeat(4) {
                    ready()
                    lost()
                }
                ready()
                stable()
                lost()
            } shouldContainExactly
                listOf(
                    "INFO Ready",
                    "WARN Disconnected",
                    "INFO Ready",
                    "INFO stable again after 3 links that did not hold",
                ).plus("WARN Disconnected")
        }

        test("an end that the user asked for is no outage") {
            logged {
                ready()
                lost(retryIn = null)
                ready()
                lost()
            } shouldContainExactly listOf("INFO Ready", "INFO Ready", "WARN Disconnected")
        }

        test("giving up is a warning, and so is the loss after the next connect") {
            logged {
                ready()
                lost()
                gaveUp()
                ready()
                lost()
            } shouldContainExactly
                listOf("INFO Ready", "WARN Disconnected", "WARN GaveUp", "INFO Ready", "WARN Disconnected")
        }
    })
