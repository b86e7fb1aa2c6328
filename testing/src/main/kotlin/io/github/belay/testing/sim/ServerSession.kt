package io.github.belay.testing.sim

import io.github.belay.frame.WsFrame
import io.github.belay.testing.MockConnection
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * The scripted server's half of one connection: welcomes, notes subscriptions, executes requests, answers pings, and
 * echoes a Close before it ends the stream (RFC 6455 section 7.1.1).
 */
internal class ServerSession(
    val connection: MockConnection,
    private val scope: CoroutineScope,
    private val settings: Settings,
    private val moods: Moods,
    private val ledger: Ledger,
    private val wishes: Wishes,
    now: () -> Duration,
    latency: (Way) -> Duration,
) : WireEnd {
    val wire = Wire(connection, now, latency, this)

    /** Topics that the client is subscribed to on this connection, in order. */
    val topics = LinkedHashSet<Int>()
    private var isWelcome = false
    private var hasSentClose = false

    /** True once the client has said everything that comes before application messages. */
    val isSetUp: Boolean get() = (0..<settings.topics).all(topics::contains) && (isWelcome || !settings.gated)

    fun say(vararg words: Script) = wire.send(words.map { it.toFrame() })

    /** Begins the closing handshake. */
    fun sendClose(code: Int) {
        hasSentClose = true
        wire.send(listOf(closeFrame(code)))
    }

    override fun left(frame: WsFrame) {
        if (frame is WsFrame.Text) Script.parse(frame.text.toString())?.let(ledger::left)
    }

    override fun arrived(frame: WsFrame) {
        when (frame) {
            is WsFrame.Text -> Script.parse(frame.text.toString())?.let(::heard)
            is WsFrame.Ping -> if (!moods.ignoresPings) wire.send(listOf(WsFrame.Pong(frame.payload)))
            is WsFrame.Close -> closed(frame)
            is WsFrame.Binary, is WsFrame.Pong -> Unit
        }
    }

    private fun closed(frame: WsFrame.Close) {
        if (!hasSentClose) wire.send(listOf(frame))
        hasSentClose = true
        wire.endWith { dropSocket() }
    }

    private fun heard(words: Script) {
        when (words) {
            Script.Auth -> {
                isWelcome = true
                say(Script.Welcome)
            }

            is Script.Subscribe -> {
                subscribed(words)
            }

            is Script.Unsubscribe -> {
                topics -= words.topics.toSet()
                say(Script.Agreed(words.id))
            }

            is Script.Told -> {
                ledger.arrived(words, isSetUp)
            }

            is Script.Request -> {
                requested(words)
            }

            is Script.Ping -> {
                if (!moods.ignoresPings) say(Script.Pong(words.key))
            }

            Script.Welcome, is Script.Pong, is Script.Done, is Script.Denied, is Script.Tick, Script.Trouble,
            Script.Retire, Script.Poison, is Script.Agreed, is Script.Refused,
            -> {
                return
            }
        }
    }

    private fun subscribed(words: Script.Subscribe) {
        wishes.subscribed(words, topics)
        val isRefused = moods.manner == Manner.REFUSING && words.topics.all { it >= Wishes.FIRST }
        if (!isRefused) topics += words.topics
        say(if (isRefused) Script.Refused(words.id) else Script.Agreed(words.id))
    }

    private fun requested(request: Script.Request) {
        ledger.arrived(request, isSetUp)
        val manner = moods.manner
        if (manner == Manner.REFUSING) {
            ledger.denied(request)
            return say(Script.Denied(request.id))
        }
        ledger.executed(request)
        val done = Script.Done(request.id)
        when (manner) {
            Manner.PROPERLY -> say(done)
            Manner.TWICE -> say(done, done)
            Manner.LATE -> sayLater(done)
            Manner.SILENTLY, Manner.REFUSING -> Unit
        }
    }

    private fun sayLater(words: Script) {
        scope.launch(CoroutineName("sim-late-answer")) {
            delay(LATE_BY)
            say(words)
        }
    }

    private companion object {
        val LATE_BY = 1.seconds
    }
}
