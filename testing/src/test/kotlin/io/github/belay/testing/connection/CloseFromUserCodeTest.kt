package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketClosedException
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

/** User code may close its own connection, and cannot keep others from doing so. */
class CloseFromUserCodeTest {
    private fun Scenario.nothingIsLeftOf(actor: WebSocketActor<*>) {
        actor.status.value shouldBe CLOSED
        owner.children.toList().shouldBeEmpty()
        server.openConnections shouldBe 0
    }

    @Test
    fun aHandlerMayClose() =
        scenario {
            val actors = ArrayList<WebSocketActor<String>>()
            val protocol =
                object : TextProtocol() {
                    override suspend fun handleMessage(message: String) = actors.single().close()
                }
            val actor = actor(protocol).also(actors::add)
            actor.connect()
            server.acceptConnection().sendText("go")
            pass(2.seconds)
            nothingIsLeftOf(actor)
        }

    @Test
    fun aCollectorMayClose() =
        scenario {
            val actor = actor(TextProtocol())
            val collecting = test.launch { actor.messages.collect { actor.close() } }
            actor.connect()
            server.acceptConnection().sendText("go")
            collecting.join()
            now shouldBeLessThanOrEqualTo 2.seconds
            nothingIsLeftOf(actor)
        }

    @Test
    fun aProtocolFunctionMayLaunchAClose() =
        scenario {
            val actors = ArrayList<WebSocketActor<String>>()
            val protocol =
                object : TextProtocol() {
                    override fun onOpen() {
                        test.launch { actors.single().close() }
                    }
                }
            val actor = actor(protocol).also(actors::add)
            runCatching { actor.connect() }.exceptionOrNull().shouldBeInstanceOf<WebSocketClosedException>()
            settle()
            nothingIsLeftOf(actor)
        }

    @Test
    fun aHandlerThatHangsIsCancelledAtTheCloseTimeout() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override suspend fun handleMessage(message: String) = awaitCancellation()
                }
            val actor = actor(protocol) { closeTimeout = 3.seconds }
            actor.connect()
            server.acceptConnection().sendText("go")
            settle()
            timeOf { actor.close() } shouldBe 3.seconds
            nothingIsLeftOf(actor)
        }

    @Test
    fun aHandlerThatHeedsNothingHoldsTheCallerNoLongerThanFourCloseTimeouts() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override suspend fun handleMessage(message: String) = withContext(NonCancellable) { delay(1.hours) }
                }
            val actor = actor(protocol) { closeTimeout = 3.seconds }
            actor.connect()
            server.acceptConnection().sendText("go")
            settle()
            timeOf { actor.close() } shouldBe 12.seconds
            actor.status.value shouldBe CLOSED
            pass(1.hours)
            nothingIsLeftOf(actor)
        }
}
