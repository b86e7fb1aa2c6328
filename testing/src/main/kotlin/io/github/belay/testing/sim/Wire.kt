package io.github.belay.testing.sim

import io.github.belay.frame.WsFrame
import io.github.belay.testing.MockConnection
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration

/** The server's side of a [Wire]. */
internal interface WireEnd {
    /** [frame] left the client: a flush took it. Comes before the latency. */
    fun left(frame: WsFrame)

    /** [frame] reached the server. */
    fun arrived(frame: WsFrame)
}

/**
 * What lies between the sockets of one connection: each way has its latency and keeps the order, as TCP does, and each
 * can be cut. What a cut way swallows nobody hears of, the end of the stream included.
 */
internal class Wire(
    private val connection: MockConnection,
    private val now: () -> Duration,
    private val latency: (Way) -> Duration,
    private val end: WireEnd,
) {
    private class Parcel(
        val due: Duration,
        val unpack: () -> Unit,
    )

    private class Lane {
        val parcels = Channel<Parcel>(CAPACITY)
        var lastDue = Duration.ZERO
        var isCut = false
    }

    private val toServer = Lane()
    private val toClient = Lane()

    /** The server's last word has been said. */
    var isEnding = false
        private set

    /** Carries frames until the client's socket is gone. */
    suspend fun run() =
        coroutineScope {
            launch(CoroutineName("sim-wire-up")) { carry(toServer) }
            launch(CoroutineName("sim-wire-down")) { carry(toClient) }
            takeFromClient()
            toServer.parcels.close()
            toClient.parcels.close()
        }

    private suspend fun takeFromClient() {
        while (true) {
            val frame =
                try {
                    connection.receive()
                } catch (_: NoSuchElementException) {
                    return
                }
            end.left(frame)
            post(toServer, Way.TO_SERVER) { end.arrived(frame) }
        }
    }

    /** The server sends [frames], which arrive as one read. */
    fun send(frames: List<WsFrame>) {
        if (!isEnding) post(toClient, Way.TO_CLIENT) { connection.sendBurst(frames) }
    }

    /** The server's last word: [say] does something that ends the stream. */
    fun endWith(say: MockConnection.() -> Unit) {
        if (isEnding) return
        isEnding = true
        post(toClient, Way.TO_CLIENT) { connection.say() }
    }

    /** From now on nothing arrives that goes [way]. */
    fun cut(way: Way) {
        if (way != Way.TO_CLIENT) toServer.isCut = true
        if (way != Way.TO_SERVER) toClient.isCut = true
    }

    private fun post(
        lane: Lane,
        way: Way,
        unpack: () -> Unit,
    ) {
        lane.lastDue = maxOf(lane.lastDue, now() + latency(way))
        val sent = lane.parcels.trySend(Parcel(lane.lastDue, unpack))
        check(sent.isSuccess || sent.isClosed) { "more than $CAPACITY parcels are on their way" }
    }

    private suspend fun carry(lane: Lane) {
        for (parcel in lane.parcels) {
            delay(parcel.due - now())
            if (!lane.isCut) parcel.unpack()
        }
    }

    private companion object {
        const val CAPACITY = 10_000
    }
}
