package io.github.belay.testing.sim

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame
import io.github.belay.testing.MockHandshake
import io.github.belay.testing.MockServer
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.random.Random
import kotlin.time.Duration

/** The server of a simulation: accepts what its mood allows, serves each connection, and sends numbered ticks. */
internal class SimServer(
    private val mock: MockServer,
    private val scope: CoroutineScope,
    private val scenario: Scenario,
    private val moods: Moods,
    private val ledger: Ledger,
    private val wishes: Wishes,
    private val trace: RunTrace,
    private val quirks: Quirks,
    private val now: () -> Duration,
) {
    private val random = Random(scenario.seed)
    private val sessions = LinkedHashMap<Int, ServerSession>()
    private val counters = LongArray(scenario.settings.topics)

    init {
        mock.answersPings = false
        mock.echoesClose = false
    }

    /** The newest session whose client has not gone; null when there is none. */
    val newest: ServerSession? get() = sessions.values.lastOrNull()

    /** Sessions whose clients have not gone, oldest first. */
    fun sessions(): List<ServerSession> = sessions.values.toList()

    fun start() {
        scope.launch(CoroutineName("sim-accept")) { accept() }
        scope.launch(CoroutineName("sim-ticks")) {
            while (true) {
                delay(scenario.pace.tickEvery)
                tick(rounds = 1, burst = 1)
            }
        }
    }

    /** Decides how the next attempt is answered. Called at the attempt. */
    fun prepareHandshake() {
        mock.otherwise = handshake().after(moods.handshakeDelay + latency(Way.TO_SERVER) + latency(Way.TO_CLIENT))
    }

    private fun handshake(): MockHandshake =
        when (val refusal = moods.refusal ?: quirks.refusal(now())) {
            null -> MockHandshake.accept()
            Refusal.Unreachable -> MockHandshake.refuse(WsConnectFailure.Unreachable("connection refused"))
            Refusal.NotWebSocket -> MockHandshake.refuse(WsConnectFailure.InvalidHandshake("no HTTP at all"))
            is Refusal.Status -> MockHandshake.reject(refusal.status, headers(refusal))
        }

    private fun headers(refusal: Refusal.Status): WsHeaders =
        refusal.retryAfterSeconds?.let { WsHeaders.of("Retry-After", it.toString()) } ?: WsHeaders.EMPTY

    private suspend fun accept() {
        while (true) {
            val connection = mock.acceptConnection()
            val session = ServerSession(connection, scope, scenario.settings, moods, ledger, wishes, now, ::latency)
            sessions[connection.id] = session
            trace.note("server", "connection ${connection.id} accepted")
            scope.launch(CoroutineName("sim-session-${connection.id}")) {
                session.wire.run()
                sessions.remove(connection.id)
                trace.note("server", "connection ${connection.id} ended")
            }
        }
    }

    /** Sends the next [rounds] numbers of each topic to everyone subscribed, [burst] rounds in one read. */
    fun tick(
        rounds: Int,
        burst: Int,
    ) {
        var left = rounds
        while (left > 0) {
            val now = minOf(left, burst)
            for (session in sessions.values) {
                val frames = quirks.ticks(ticks(session, now)).map { it.toFrame() }
                if (frames.isNotEmpty()) session.wire.send(frames)
            }
            for (topic in counters.indices) counters[topic] += now.toLong()
            left -= now
        }
    }

    private fun ticks(
        session: ServerSession,
        rounds: Int,
    ): List<Script.Tick> =
        (1..rounds).flatMap { round ->
            session.topics.filter { it < counters.size }.map { topic ->
                Script.Tick(topic, counters[topic] + round, session.connection.id)
            }
        }

    private fun latency(way: Way): Duration = random.upTo(moods.maxLatency(way))
}

/** Oddities of a server that no schedule of faults has: for proofs that the harness can fail. */
internal open class Quirks {
    /** What becomes of [ticks] that are to be sent in one read. */
    open fun ticks(ticks: List<Script.Tick>): List<Script.Tick> = ticks

    /** Turns attempts away at [now], when no fault does. */
    open fun refusal(now: Duration): Refusal? = null
}

/** A Close frame with [code]; an empty one for the code that stands for none. */
internal fun closeFrame(code: Int): WsFrame.Close =
    WsFrame.Close(
        if (code == CloseCode.NO_STATUS) WsCloseFrame.EMPTY else WsCloseFrame.of(code, ""),
    )
