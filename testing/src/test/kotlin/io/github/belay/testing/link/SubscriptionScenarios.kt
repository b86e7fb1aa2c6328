package io.github.belay.testing.link

import io.github.belay.WebSocketActor
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.subscription.KeyedSubscriptions
import io.github.belay.subscription.WsSubscriptionProtocol
import io.github.belay.subscription.WsSubscriptionResponse
import io.github.belay.subscription.WsSubscriptionState
import io.github.belay.testing.server.RawWsConnection
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.testing.wire.awaitUntil
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import java.io.IOException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Subscriptions over real sockets that are lost again and again, while keys come and go. */
abstract class SubscriptionScenarios(
    private val subject: TransportUnderTest,
) {
    /** `+7 a b` subscribes, `-8 a` ends it, `ack 7` agrees. */
    private object Words : WsSubscriptionProtocol {
        override fun subscribe(
            id: Long,
            keys: List<String>,
        ): WsFrame = WsFrame.text("+$id ${keys.joinToString(" ")}")

        override fun unsubscribe(
            id: Long,
            keys: List<String>,
        ): WsFrame? = WsFrame.text("-$id ${keys.joinToString(" ")}")

        override fun handleSubscriptionResponse(frame: WsFrame): WsSubscriptionResponse? {
            val text = frame.payload.decodeToString()
            return if (text.startsWith("ack ")) WsSubscriptionResponse.acknowledged(text.drop(4).toLong()) else null
        }
    }

    private class Feed : WsEndpointHandler<String> {
        override val subscriptions =
            KeyedSubscriptions(Words, FIXED, maxKeysPerMessage = 3, ackTimeout = 10.seconds)

        override fun parse(frame: WsFrame): WsParseOutcome<String> =
            WsParseOutcome.Message(frame.payload.decodeToString())
    }

    /** The server's half of one connection: notes what is subscribed, agrees to it, and sends a tick for each key. */
    private class Served(
        val connection: RawWsConnection,
        private val faults: MutableCollection<String>,
    ) {
        val subscribed: MutableSet<String> = ConcurrentHashMap.newKeySet()

        @Volatile
        var isOver = false

        @Suppress("SwallowedException") // The test itself has broken the connection meanwhile.
        fun run() {
            try {
                while (!isOver) connection.receive(20.milliseconds)?.let { heard(it.payload.decodeToString()) }
            } catch (gone: IOException) {
                isOver = true
            }
        }

        private fun heard(text: String) {
            val keys = text.substringAfter(' ').split(' ')
            when (text.first()) {
                '+' -> keys.forEach { if (!subscribed.add(it)) faults += "$it was subscribed to twice" }
                '-' -> keys.forEach { if (!subscribed.remove(it)) faults += "$it was not subscribed to" }
                else -> return
            }
            connection.send(WsFrame.text("ack ${text.drop(1).substringBefore(' ')}"))
            if (subscribed.isNotEmpty()) {
                connection.send(*subscribed.map { WsFrame.text("tick $it") }.toTypedArray())
            }
        }
    }

    @Test
    fun everySubscriptionComesBackHoweverOftenTheLinkIsLost() =
        onRealSockets(subject) {
            val faults = ConcurrentLinkedQueue<String>()
            val actor =
                actor(Feed()) {
                    heartbeat = ProtocolPingPong(interval = 100.milliseconds, timeout = 500.milliseconds)
                }
            val work = CoroutineScope(Dispatchers.IO + Job())
            actor.tell(WebSocketEvent.Connect)
            val traffic = work.launch { comeAndGo(actor, Random(SEED)) }
            for (drop in 1..DROPS) {
                val served = Served(server.awaitConnection(), faults)
                work.launch { served.run() }
                awaitUntil("every key is back on connection $drop") { served.subscribed.containsAll(FIXED) }
                lose(served.connection, drop)
                served.isOver = true
            }
            val last = Served(server.awaitConnection(), faults)
            work.launch { last.run() }
            traffic.cancelAndJoin()
            awaitUntil("the server has what is wanted, all of it agreed to") {
                val states = actor.subscriptions.states()
                states.keys == last.subscribed && states.values.all { it == WsSubscriptionState.ACKED }
            }
            actor.stats().disconnects shouldBe DROPS.toLong()
            faults.shouldBeEmpty()
            last.isOver = true
            actor.close()
            work.coroutineContext[Job]?.cancelAndJoin()
        }

    /** Adds and removes keys, and tells messages in between, as fast as that goes. */
    private suspend fun comeAndGo(
        actor: WebSocketActor<*>,
        random: Random,
    ) {
        while (true) {
            val key = MOVING.random(random)
            val change = if (random.nextBoolean()) actor.subscriptions.add(key) else actor.subscriptions.remove(key)
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("hello")))
            change.await()
        }
    }

    private fun lose(
        connection: RawWsConnection,
        drop: Int,
    ) = when (drop % KINDS) {
        0 -> connection.send(WsFrame.close(CloseCode.SERVICE_RESTART, "restarting"))
        1 -> connection.drop()
        2 -> connection.reset()
        else -> connection.goSilent()
    }

    private companion object {
        const val DROPS = 20
        const val KINDS = 4
        const val SEED = 20L
        val FIXED = List(10) { "fixed$it" }
        val MOVING = List(5) { "moving$it" }
    }
}
