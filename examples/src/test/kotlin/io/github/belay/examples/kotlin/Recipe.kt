package io.github.belay.examples.kotlin

import io.github.belay.testing.MockServer
import io.github.belay.testing.MockTransport
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlin.time.Duration.Companion.seconds

/** Runs the code of a recipe against a server in memory. */
internal fun recipe(run: suspend CoroutineScope.(MockTransport, MockServer) -> Unit) =
    runBlocking(Dispatchers.Default) {
        val (transport, server) = MockTransport.channelPair(Dispatchers.Default)
        withTimeout(20.seconds) { run(transport, server) }
        transport.close()
    }
