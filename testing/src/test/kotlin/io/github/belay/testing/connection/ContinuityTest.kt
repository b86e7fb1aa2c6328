package io.github.belay.testing.connection

import io.github.belay.continuity.WsContinuityEvent
import io.github.belay.continuity.WsSequences
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsLifecycleEvent
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What a drop leaves in the stream of messages: one gap for each topic, and word when it is subscribed to again. */
class ContinuityTest {
    @Test
    fun aDropIsOneGapForEachTopicBeforeTheFirstMessageAfterIt() =
        scenario {
            val protocol = NumberedProtocol()
            val actor = actor(protocol)
            val seen = ArrayList<String>()
            test.backgroundScope.launch { actor.messages.collect(seen::add) }
            actor.connect()
            server.acceptConnection().run {
                listOf("a 1", "b 7", "a 2").forEach(::sendText)
                settle()
                dropSocket()
            }
            pass(1.seconds)
            server.acceptConnection().sendBurst(listOf("b 20", "a 9").map(WsFrame::text))
            settle()
            seen shouldContainExactly
                listOf("a 1", "b 7", "a 2", "gap a>2 1s remote_closed", "gap b>7 1s remote_closed") +
                listOf("restored a 1s", "restored b 1s", "b 20", "a 9")
            protocol.handled shouldContainExactly seen
        }

    @Test
    fun attemptsThatFailMakeTheSameGapLonger() =
        scenario {
            val protocol = NumberedProtocol()
            actor(protocol).connect()
            server.acceptConnection().run {
                sendText("a 1")
                settle()
                reset("reset")
            }
            repeat(3) { server.reject(503) }
            pass(4.seconds)
            protocol.handled shouldContainExactly listOf("a 1", "gap a>1 4s read_failure", "restored a 4s")
        }

    @Test
    fun aMessageThatComesBeforeTheReplayFollowsTheGapAndTheTopicIsRestoredWithTheReplay() =
        scenario {
            val gated =
                object : NumberedProtocol(topics = listOf("subscribe a")) {
                    override val sessionMode = WsSessionMode.AUTH_GATED

                    override fun understand(text: String): WsParseOutcome<String> =
                        if (text == "welcome") WsParseOutcome.SessionAuthenticated else super.understand(text)
                }
            actor(gated).tell(WebSocketEvent.Connect)
            server.acceptConnection().run {
                sendText("welcome")
                receiveText() shouldBe "subscribe a"
                sendText("a 1")
                settle()
                dropSocket()
            }
            pass(1.seconds)
            server.acceptConnection().run {
                sendText("notice")
                pass(2.seconds)
                sendText("welcome")
                settle()
                sendText("a 5")
                settle()
            }
            gated.handled shouldContainExactly
                listOf("a 1", "gap a>1 1s remote_closed", "notice", "restored a 3s", "a 5")
        }

    @Test
    fun aDisconnectOfTheUsersIsAGapAsWell() =
        scenario {
            val protocol = NumberedProtocol()
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().sendText("a 1")
            settle()
            actor.disconnect()
            pass(7.seconds)
            actor.connect()
            settle()
            protocol.handled shouldContainExactly listOf("a 1", "gap a>1 7s requested", "restored a 7s")
        }

    @Test
    fun aSubscribedTopicHasItsGapThoughItsMessagesHaveNoNumbers() =
        scenario {
            val protocol =
                object : KeyedProtocol(keyed("a", "b")) {
                    override fun onContinuity(event: WsContinuityEvent): String = event.toString().substringBefore(',')
                }
            val actor = actor(protocol)
            actor.connect()
            actor.subscriptions.remove("b")
            settle()
            server.acceptConnection().dropSocket()
            pass(1.seconds)
            protocol.handled shouldContainExactly listOf("Gap(topic=a", "Restored(topic=a")
            protocol.handled.clear()

            actor.subscriptions.replace(listOf("c"))
            settle()
            server.acceptConnection().dropSocket()
            pass(1.seconds)
            protocol.handled shouldContainExactly listOf("Gap(topic=c", "Restored(topic=c")
        }

    private fun keyedAndTold(
        vararg keys: String,
        pacing: Duration = Duration.ZERO,
    ) = object : KeyedProtocol(keyed(*keys, pacing = pacing)) {
        override fun onContinuity(event: WsContinuityEvent): String = event.toString().substringBefore(',')
    }

    @Test
    fun aLinkThatDiesBeforeItsReplayLeavesTheGapToTheNextOne() =
        scenario {
            val protocol = keyedAndTold("a", "b", pacing = 10.milliseconds)
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().dropSocket()
            onEvent =
                { if (it is WsLifecycleEvent.Opened && it.generation == 2L) actor.tell(WebSocketEvent.disconnect()) }
            pass(1.seconds)
            protocol.handled.shouldBeEmpty()
            onEvent = {}
            actor.connect()
            settle()
            protocol.handled shouldContainExactly
                listOf("Gap(topic=a", "Gap(topic=b", "Restored(topic=a", "Restored(topic=b")
        }

    @Test
    fun aKeyThatIsGivenUpDuringTheOutageHasNoGap() =
        scenario {
            val protocol = keyedAndTold("a", "b")
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().dropSocket()
            settle()
            actor.subscriptions.remove("b")
            pass(1.seconds)
            protocol.handled shouldContainExactly listOf("Gap(topic=a", "Restored(topic=a")
        }

    @Test
    fun whoeverHasNoTopicsHearsOfNoGaps() =
        scenario {
            val protocol =
                object : NumberedProtocol() {
                    override val sequences: WsSequences<String>
                        get() =
                            object : WsSequences<String> {
                                override fun topicOf(message: String) = null

                                override fun sequenceOf(message: String) = error("there is no number")
                            }
                }
            actor(protocol).connect()
            server.acceptConnection().run {
                sendText("x")
                settle()
                dropSocket()
            }
            pass(1.seconds)
            protocol.handled shouldContainExactly listOf("x")
        }

    @Test
    fun onContinuityThatThrowsCostsThatWordOnly() =
        scenario {
            val protocol =
                object : NumberedProtocol() {
                    override fun onContinuity(event: WsContinuityEvent): String = error("bug")
                }
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().run {
                sendText("a 1")
                settle()
                dropSocket()
            }
            pass(1.seconds)
            server.acceptConnection().sendText("a 2")
            settle()
            protocol.handled shouldContainExactly listOf("a 1", "a 2")
            actor.stats().handlerErrors shouldBe 2
            actor.status.value shouldBe CONNECTED
        }

    /** A server that numbers on while nobody listens, over links that drop at any moment. */
    @Test
    fun everyMessageThatIsMissingLiesInAGap() =
        scenario {
            val random = Random(SEED)
            val protocol = NumberedProtocol()
            val actor = actor(protocol)
            actor.connect()
            val next = mutableMapOf("a" to 1L, "b" to 1L, "c" to 1L)
            val spoken = HashSet<String>()
            val known = ArrayList<Int>()
            repeat(100) {
                val connection = server.acceptConnection()
                repeat(random.nextInt(20)) {
                    val topic = next.keys.random(random)
                    val number = next.getValue(topic)
                    next[topic] = number + 1
                    if (random.nextInt(10) > 0) {
                        connection.sendText("$topic $number")
                        spoken += topic
                    }
                    if (random.nextInt(4) == 0) pass(random.nextInt(10).milliseconds)
                }
                connection.dropSocket()
                pass(1.seconds)
                known += spoken.size
            }
            uncovered(protocol.handled).shouldBeEmpty()
            // Each drop is one gap of each topic that had spoken by then.
            protocol.handled.count { it.startsWith("gap") && "remote_closed" in it } shouldBe known.sum()
        }

    /** The messages that follow on one with another number than the next, without a gap between them. */
    private fun uncovered(handled: List<String>): List<String> {
        val last = HashMap<String, Long>()
        return handled.filter { message ->
            val (word, rest) = message.split(' ', limit = 2)
            when (word) {
                "gap" -> false.also { last.remove(rest.substringBefore('>')) }
                "restored" -> false
                else -> last.put(word, rest.toLong()).let { before -> before != null && before + 1 != rest.toLong() }
            }
        }
    }

    private companion object {
        const val SEED = 65
    }
}
