package io.github.belay.testing.contract

import io.github.belay.transport.WsTransport
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import org.junit.jupiter.api.AfterEach
import java.util.concurrent.Executors
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

class MockTransportContractTest : TransportContract() {
    private val server = MockContractServer(Dispatchers.Default)

    override val quietTime: Duration get() = 50.milliseconds

    override fun newTransport(): WsTransport = server.transport

    override fun newServer(): ContractServer = server
}

/** With a loop that the listener is called on, which takes a dispatcher of one thread. */
class MockLoopContractTest : TransportContract() {
    private val thread = Executors.newSingleThreadExecutor()
    private val server = MockContractServer(thread.asCoroutineDispatcher(), offersLoop = true)

    override val quietTime: Duration get() = 50.milliseconds

    override fun newTransport(): WsTransport = server.transport

    override fun newServer(): ContractServer = server

    @AfterEach
    fun stopThread() {
        thread.shutdown()
    }
}
