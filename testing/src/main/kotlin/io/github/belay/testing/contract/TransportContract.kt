package io.github.belay.testing.contract

import io.github.belay.transport.WsTransport
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * What every transport must do, as tests: extend it in a test class and say how to make the transport and its peer.
 *
 * ```kotlin
 * class MyTransportContractTest : TransportContract() {
 *     override fun newTransport(): WsTransport = MyTransport()
 *     override fun newServer(): ContractServer = RawWsServer()
 * }
 * ```
 * The tests run in real time and wait for events, not for time to pass, with two exceptions: that something does *not*
 * happen takes [quietTime], and limits of time are tried with short limits.
 */
public abstract class TransportContract :
    OpeningContract,
    RefusalContract,
    ReadingContract,
    WritingContract,
    EndingContract,
    ViolationContract {
    /** A transport of its own for each test. The contract closes it. */
    protected abstract fun newTransport(): WsTransport

    /** A server of its own for each test. The contract closes it. */
    protected abstract fun newServer(): ContractServer

    /** What the contract leaves open and this transport, or its server, does not do. Nothing, unless overridden. */
    public open val lacks: Set<ContractCapability> get() = emptySet()

    /** Violations that this transport does not notice. None, unless overridden; each one needs an excuse. */
    public open val unnoticed: Set<ProtocolViolation> get() = emptySet()

    /** How long to wait for what must happen. */
    public open val patience: Duration get() = 10.seconds

    /** How long to watch for what must not happen. */
    public open val quietTime: Duration get() = 200.milliseconds

    final override lateinit var rig: ContractRig
        private set

    /** Sets up the rig. */
    @BeforeEach
    public fun setUpRig() {
        rig = ContractRig(newTransport(), newServer(), this)
    }

    /** Takes the rig down and checks what the listeners heard. */
    @AfterEach
    public fun tearDownRig() {
        rig.close()
    }
}

/** Part of a [TransportContract]. */
public interface ContractPart {
    /** What the tests work with. */
    public val rig: ContractRig
}
