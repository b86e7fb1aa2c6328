package io.github.belay.examples.demo

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.ktor.KtorTransport
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsLifecycleEvent
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.seconds

/** Keeps an endpoint of the user's open and tells what happens. */
internal class EndpointDemo(
    private val args: DemoArgs.Endpoint,
    private val screen: Screen,
) {
    /** Runs; true if it opened at least once. */
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
                launch { connection.lifecycle.collect { told(it, connection) } }
                launch { connection.messages.collect { screen.note("< ${shown(it)}") } }
                launch { report(connection) }
                connection.tell(WebSocketEvent.Connect)
                delay(args.duration)
                coroutineContext.cancelChildren()
                connection.stats().connectSuccesses > 0
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
        if (event is WsLifecycleEvent.Ready) {
            args.sends.forEach { connection.tell(WebSocketEvent.SendMessage(WsFrame.text(it))) }
        }
    }

    private suspend fun report(connection: WebSocketActor<WsFrame>) {
        while (true) {
            delay(REPORT_EVERY)
            val stats = connection.stats()
            val line =
                "${connection.status.value} frames=${stats.framesReceived} rtt_p50=${stats.rttP50Micros}us " +
                    "rtt_p99=${stats.rttP99Micros}us reconnects=${stats.reconnects}"
            screen.show({ listOf(line) }, { line })
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
        val REPORT_EVERY = 2.seconds
        const val SHOWN_CHARS = 200
    }
}
