package io.github.belay.testing

import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsLinkEnd
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.advanceUntilIdle
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Runs one attempt to its outcome and returns why it failed, and when. */
@OptIn(ExperimentalCoroutinesApi::class)
private fun TestScope.failureOf(
    transport: MockTransport,
    connectTimeoutMillis: Long = 10_000,
    subprotocols: List<String> = emptyList(),
): Pair<WsConnectFailure, Long> {
    var heardAt = -1L
    val listener =
        object : RecordingListener() {
            override fun onEvent(event: ListenerEvent) {
                heardAt = currentTime
            }
        }
    transport.connect(request(subprotocols, connectTimeoutMillis), listener)
    advanceUntilIdle()
    listener.assertContractKept()
    val event = listener.events.single().shouldBeInstanceOf<ListenerEvent.ConnectFailed>()
    return event.failure to heardAt
}

@OptIn(ExperimentalCoroutinesApi::class)
class MockServerSpec :
    FunSpec({
        test("each connect yields a fresh connection with the next id and its own frames") {
            runTest {
                val pair = MockTransport.channelPair()
                val links = List(3) { pair.openLink() }
                links.map { it.connection.id } shouldContainExactly listOf(1, 2, 3)
                links[1].connection.sendText("second")
                runCurrent()
                links.map { it.heardTexts() } shouldContainExactly listOf(emptyList(), listOf("second"), emptyList())
            }
        }

        test("counts attempts, accepted and open connections") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.reject(status = 503)
                transport.connect(request(), RecordingListener())
                val first = (transport to server).openLink()
                (transport to server).openLink()
                first.session.abort()
                runCurrent()
                server.connectAttempts shouldBe 3
                server.acceptedConnections shouldBe 2
                server.openConnections shouldBe 1
                server.connections().map { it.id } shouldContainExactly listOf(2)
            }
        }

        test("the connection knows the request that it was made with") {
            runTest {
                val request = request(subprotocols = listOf("v1"))
                MockTransport
                    .channelPair()
                    .openLink(request = request)
                    .connection.request shouldBeSameInstanceAs
                    request
            }
        }

        test("nobody is called from within connect") {
            runTest {
                val (transport, _) = MockTransport.channelPair()
                val listener = RecordingListener()
                transport.connect(request(), listener)
                listener.events.shouldBeEmpty()
                runCurrent()
                listener.events.single().shouldBeInstanceOf<ListenerEvent.Opened>()
            }
        }

        test("a rejected handshake carries status, headers and body") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.reject(status = 429, headers = WsHeaders.of("Retry-After", "7"), body = "slow down")
                val rejected = failureOf(transport).first.shouldBeInstanceOf<WsConnectFailure.Rejected>()
                rejected.status shouldBe 429
                rejected.headers["retry-after"] shouldBe "7"
                rejected.bodyStart shouldBe "slow down"
            }
        }

        test("handshakes are used once, in order, and then the default") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.otherwise = MockHandshake.reject(status = 503)
                server.refuse(WsConnectFailure.Unreachable("down"))
                server.reject(status = 401)
                failureOf(transport).first.shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                failureOf(transport).first.shouldBeInstanceOf<WsConnectFailure.Rejected>().status shouldBe 401
                repeat(2) {
                    failureOf(transport).first.shouldBeInstanceOf<WsConnectFailure.Rejected>().status shouldBe 503
                }
            }
        }

        test("a delayed handshake opens the link after its delay") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.delay(3.seconds)
                transport.connect(request(), RecordingListener())
                server.acceptConnection()
                currentTime shouldBe 3_000
            }
        }

        test("a refusal can be late too") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.enqueue(MockHandshake.reject(status = 500).after(2.seconds))
                failureOf(transport).second shouldBe 2_000
            }
        }

        test("a handshake that hangs ends by the request's time limit") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.hang()
                val (failure, at) = failureOf(transport, connectTimeoutMillis = 2_500)
                failure.shouldBeInstanceOf<WsConnectFailure.TimedOut>().limitMillis shouldBe 2_500
                at shouldBe 2_500
                server.acceptedConnections shouldBe 0
            }
        }

        test("a cancelled attempt is heard of no more and opens nothing") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.delay(1.seconds)
                val listener = RecordingListener()
                val attempt = transport.connect(request(), listener)
                advanceTimeBy(500.milliseconds)
                attempt.cancel()
                attempt.cancel()
                advanceTimeBy(1.seconds)
                listener.events.shouldBeEmpty()
                server.acceptedConnections shouldBe 0
            }
        }

        test("a cancellation that comes after the opening changes nothing") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                val listener = RecordingListener()
                val attempt = transport.connect(request(), listener)
                runCurrent()
                attempt.cancel()
                runCurrent()
                server.openConnections shouldBe 1
                listener.events.single().shouldBeInstanceOf<ListenerEvent.Opened>()
            }
        }

        test("the chosen subprotocol and the headers of the answer reach the session") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.enqueue(MockHandshake.accept(subprotocol = "v2", headers = WsHeaders.of("X-Node", "a")))
                val link = (transport to server).openLink(request = request(subprotocols = listOf("v1", "v2")))
                link.session.handshake.subprotocol shouldBe "v2"
                link.session.handshake.headers["x-node"] shouldBe "a"
            }
        }

        test("a subprotocol that nobody offered is an invalid handshake") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.enqueue(MockHandshake.accept(subprotocol = "v2"))
                failureOf(
                    transport,
                    subprotocols = listOf("v1"),
                ).first.shouldBeInstanceOf<WsConnectFailure.InvalidHandshake>()
                server.acceptedConnections shouldBe 0
            }
        }

        test("waiting for a connection ends with null after its time limit, and loses none that comes later") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                server.acceptConnection(2.seconds).shouldBeNull()
                currentTime shouldBe 2_000
                server.tryAcceptConnection().shouldBeNull()
                transport.connect(request(), RecordingListener())
                server.acceptConnection(2.seconds).shouldNotBeNull().id shouldBe 1
            }
        }

        test("attempts fail as unreachable when nobody accepts and the backlog is full") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                repeat(MockServer.BACKLOG) { transport.connect(request(), RecordingListener()) }
                runCurrent()
                failureOf(transport).first.shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                server.acceptedConnections shouldBe MockServer.BACKLOG
            }
        }

        test("the script has an end") {
            val server = MockServer(StandardTestDispatcher())
            server.enqueue(*Array(MockServer.MAX_SCRIPT) { MockHandshake.hang() })
            shouldThrow<IllegalStateException> { server.hang() }
        }

        test("closing the transport aborts links and fails attempts, those under way and those to come") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                val link = (transport to server).openLink()
                server.hang()
                val underWay = RecordingListener()
                transport.connect(request(), underWay)
                runCurrent()
                transport.close()
                transport.close()
                runCurrent()
                link.connection.awaitEnd() shouldBe WsLinkEnd.Aborted
                underWay.events
                    .single()
                    .shouldBeInstanceOf<ListenerEvent.ConnectFailed>()
                    .failure
                    .shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                failureOf(transport).first.shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                server.connectAttempts shouldBe 2
            }
        }

        test("needs a dispatcher that dispatches") {
            shouldThrow<IllegalArgumentException> { MockServer(EmptyCoroutineContext) }
            shouldThrow<IllegalArgumentException> { MockServer(UnconfinedTestDispatcher()) }
            shouldThrow<IllegalArgumentException> { MockServer(Dispatchers.Unconfined) }
        }

        test("in a background scope, its coroutines end with the test") {
            lateinit var link: OpenMock
            runTest {
                val pair = MockTransport.channelPair(backgroundScope.coroutineContext)
                link = pair.openLink()
            }
            link.connection.isOpen shouldBe false
            runTest { link.connection.awaitEnd() shouldBe WsLinkEnd.Aborted }
        }

        test("a loop is offered on request, and runs tasks between the callbacks") {
            runTest {
                val server = MockServer(StandardTestDispatcher(testScheduler), offersLoop = true)
                val link = (server.transport to server).openLink()
                val loop = link.session.loop.shouldNotBeNull()
                val ran = mutableListOf<Int>()
                repeat(3) { loop.execute { ran += it } }
                ran.shouldBeEmpty()
                runCurrent()
                ran shouldContainExactly listOf(0, 1, 2)
                server.connectAttempts shouldBe 1
            }
        }

        test("no loop is offered by default") {
            runTest {
                MockTransport
                    .channelPair()
                    .openLink()
                    .session.loop
                    .shouldBeNull()
            }
        }

        test("runs on an executor and is awaited with futures") {
            val executor = Executors.newSingleThreadExecutor()
            try {
                val server = MockServer.on(executor)
                val listener = RecordingListener()
                server.transport.connect(request(), listener)
                val connection = server.acceptConnectionAsync().get(10, TimeUnit.SECONDS)
                connection.sendText("hello")
                listener.awaitFrame().payload.decodeToString() shouldBe "hello"
                listener.awaitOpen().abort()
                listener.awaitClosed() shouldBe WsLinkEnd.Aborted
            } finally {
                executor.shutdown()
            }
        }

        test("waiting for a connection suspends until one comes") {
            runTest {
                val (transport, server) = MockTransport.channelPair()
                val waiting = async { server.acceptConnection() }
                advanceTimeBy(5.seconds)
                waiting.isCompleted shouldBe false
                transport.connect(request(), RecordingListener())
                waiting.await().id shouldBe 1
            }
        }
    })
