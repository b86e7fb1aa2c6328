package io.github.belay.ktor

import io.github.belay.testing.contract.ContractCapability
import io.github.belay.testing.contract.ContractServer
import io.github.belay.testing.contract.ProtocolViolation
import io.github.belay.testing.contract.TransportContract
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.server.RawWsOptions
import io.github.belay.testing.server.RawWsServer
import io.github.belay.transport.WsTransport

class KtorTransportContractTest : KtorContract() {
    override fun newServer(): ContractServer = RawWsServer()
}

class KtorTlsTransportContractTest : KtorContract() {
    override fun newServer(): ContractServer = RawWsServer(RawWsOptions(tls = tls))

    private companion object {
        val tls = LoopbackTls.selfSigned()
    }
}

/** The contract of every transport, less what Ktor hides. */
abstract class KtorContract : TransportContract() {
    override fun newTransport(): WsTransport = KtorTransport()

    /** Ktor ends its queue of frames alike after FIN and after reset. */
    override val lacks: Set<ContractCapability> get() = setOf(ContractCapability.TELLS_END_FROM_FAILURE)

    /** Ktor unmasks in silence, drops the reserved bits of control frames and does not show how a length was written. */
    override val unnoticed: Set<ProtocolViolation>
        get() =
            setOf(
                ProtocolViolation.MASKED_FRAME,
                ProtocolViolation.RESERVED_BIT_ON_PING,
                ProtocolViolation.LENGTH_NOT_MINIMAL,
            )
}
