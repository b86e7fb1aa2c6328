@file:OptIn(ExperimentalCoroutinesApi::class)

package io.github.belay.examples.kotlin

import io.github.belay.WebSocketActor
import io.github.belay.WsRuntime
import io.github.belay.frame.WsFrame
import io.github.belay.ktor.KtorTransport
import io.github.belay.testing.MockTransport
import io.github.belay.testing.server.RawWsServer
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import org.junit.jupiter.api.Test

/** The code that the READMEs of the modules show. */
class ModuleReadmesTest {
    @Test
    fun aTransportTakesASettingOfItsEngine() {
        val asked = ArrayList<String>()
        val companyNames: suspend (String) -> List<String> = { name -> listOf("127.0.0.1").also { asked += name } }
        // snippet:ktor-transport
        val transport = KtorTransport { engine { dnsResolver = companyNames } } // the settings are optional
        // end:ktor-transport
        RawWsServer().use { server ->
            runBlocking {
                val connection = WebSocketActor(transport) { url("ws://quotes.example:${server.url.port}/") }
                connection.connect()
                connection.close()
            }
        }
        transport.close()
        asked.distinct() shouldBe listOf("quotes.example")
    }

    @Test
    fun comesBackAndHearsTheServerAgain() =
        runTest {
            // snippet:testing
            val here = StandardTestDispatcher(testScheduler) // runTest's
            val (transport, server) = MockTransport.channelPair()
            val runtime = WsRuntime(backgroundScope.coroutineContext, here, here, here, testTimeSource)
            val client = WebSocketActor(transport, runtime) { url("ws://server.example/") }
            client.connect()
            server.acceptConnection().dropSocket() // id 1
            server.acceptConnection().sendText("hello") // id 2, after the backoff, in virtual time
            client.messages.first() shouldBe WsFrame.text("hello")
            client.close()
            // end:testing
        }
}
