package io.github.belay.examples.demo

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.ktor.KtorTransport
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsLifecycleEvent
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Keeps an endpoint of the user's open and tells what happens. */
internal class EndpointDemo(
    private val args: DemoArgs.Endpoint,
    private val screen: Screen,
    private val reportEvery: Duration = 2.seconds,
) {
    private val clock = TimeSource.Monotonic.markNow()
    private val rate = Rate(clock)
    private val outages = Outages()

    /** Runs; true if it opened at least once and did not give up. */
    suspend fun run(): Boolean {
        val transport = KtorTransport()
        val connection =
            WebSocketActor(transport) {
                name = "demo"
                url(args.url)
                args.headers.entries.forEach { header(it.key, it.value) }
                subprotocols = args.subprotocols
            }
        try {
            return coroutineScope {
                // At once: it is to see the first event.
                val givingUp =
                    async(start = CoroutineStart.UNDISPATCHED) {
                        val told = connection.lifecycle.onEach { told(it, connection) }
                        told.filterIsInstance<WsLifecycleEvent.GaveUp>().first()
                    }
                launch { connection.messages.collect { screen.note("< ${shown(it)}") } }
                launch { report(connection) }
                connection.tell(WebSocketEvent.Connect)
                val gaveUp = withTimeoutOrNull(args.duration) { givingUp.await() }
                coroutineContext.cancelChildren()
                if (gaveUp != null) screen.note("the connection gave up: ${gaveUp.lastCause}")
                gaveUp == null && connection.stats().connectSuccesses > 0
            }
        } finally {
            connection.close()
            transport.close()
        }
    }

    private fun told(
        event: WsLifecycleEvent,
        connection: WebSocketActor<WsFrame>,
    ) {
        screen.note("* $event")
        val now = clock.elapsedNow().inWholeMilliseconds
        if (event is WsLifecycleEvent.Disconnected) outages.lost(event.cause.toString(), now)
        if (event is WsLifecycleEvent.Ready) {
            outages.opened(now)?.let { screen.note("* outage #${it.number} lasted ${it.length}") }
            args.sends.forEach { connection.tell(WebSocketEvent.SendMessage(WsFrame.text(it))) }
        }
    }

    private suspend fun report(connection: WebSocketActor<WsFrame>) {
        while (true) {
            delay(reportEvery)
            val stats = connection.stats()
            val all = outages.all()
            val line =
                "${connection.status.value} messages=${stats.messagesDelivered} " +
                    "(${rate.of(stats.messagesDelivered)}/s) rtt_p50=${stats.rttP50Micros}us " +
                    "rtt_p99=${stats.rttP99Micros}us reconnects=${stats.reconnects} outages=${all.size}"
            val recent = all.takeLast(SHOWN_OUTAGES).map { "    #${it.number} ${it.length}  ${it.cause}" }
            screen.show({ listOf(line) + recent }, { line })
        }
    }

    /** A message for a terminal: no control characters of the server's, and not too long. */
    private fun shown(frame: WsFrame): String =
        if (frame is WsFrame.Text) {
            frame.text
                .toString()
                .take(SHOWN_CHARS)
                .map { if (it.isISOControl()) '·' else it }
                .joinToString("")
        } else {
            frame.toString()
        }

    private companion object {
        const val SHOWN_OUTAGES = 6
        const val SHOWN_CHARS = 200
    }
}
