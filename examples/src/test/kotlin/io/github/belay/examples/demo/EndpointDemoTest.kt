package io.github.belay.examples.demo

import io.github.belay.frame.WsFrame
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.testing.server.RawWsServer
import io.github.belay.transport.WsHeaders
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.matchers.collections.shouldHaveAtLeastSize
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class EndpointDemoTest {
    private val screen = PrintedScreen()

    @Test
    fun comesBackAndTellsHowLongItWasAway() {
        val isFine =
            RawWsServer().use { server ->
                runBlocking(Dispatchers.Default) {
                    val running = async { EndpointDemo(endless(server), screen.screen, reportEvery = OFTEN).run() }
                    val first = server.awaitConnection()
                    first.receive() shouldBe WsFrame.text("hello")
                    first.send(WsFrame.text("welcome"))
                    awaitLine("CONNECTED messages=1 .*outages=0")
                    first.reset()
                    val second = server.awaitConnection()
                    awaitLine("CONNECTED messages=1 \\(0/s\\) rtt_p50=\\d+us rtt_p99=\\d+us reconnects=1 outages=1")
                    server.enqueue(ServerHandshake.Refuse(UNAUTHORIZED))
                    second.reset()
                    running.await()
                }
            }
        isFine shouldBe false
        linesLike("< welcome") shouldHaveSize 1
        linesLike("\\* outage #1 lasted \\d+ ms") shouldHaveSize 1
        linesLike("DISCONNECTED messages=1 .*outages=1") shouldHaveAtLeastSize 1
    }

    private fun endless(server: RawWsServer): DemoArgs.Endpoint =
        DemoArgs.Endpoint(Duration.INFINITE, server.url.reveal(), WsHeaders.EMPTY, emptyList(), listOf("hello"))

    private suspend fun awaitLine(pattern: String) {
        eventually(PATIENCE) { linesLike(pattern) shouldHaveAtLeastSize 1 }
    }

    private fun linesLike(pattern: String): List<String> = screen.lines().filter(Regex(pattern)::matches)

    private companion object {
        val OFTEN = 20.milliseconds
        val PATIENCE = 20.seconds
        const val UNAUTHORIZED = 401
    }
}
