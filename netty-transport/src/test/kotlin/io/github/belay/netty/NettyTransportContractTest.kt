package io.github.belay.netty

import io.github.belay.testing.contract.ContractServer
import io.github.belay.testing.contract.TransportContract
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.server.RawWsOptions
import io.github.belay.testing.server.RawWsServer
import io.github.belay.transport.WsTransport
import org.junit.jupiter.api.extension.ExtendWith

/** The contract of every transport, and nothing left out. */
class NettyTransportContractTest : NettyContract() {
    override fun newServer(): ContractServer = RawWsServer()
}

class NettyTlsTransportContractTest : NettyContract() {
    override fun newServer(): ContractServer = RawWsServer(RawWsOptions(tls = contractTls))
}

class NettyJdkTlsTransportContractTest : NettyContract(nativeTls = false) {
    override fun newServer(): ContractServer = RawWsServer(RawWsOptions(tls = contractTls))
}

class NettyNioTransportContractTest : NettyContract(usesNative = false) {
    override fun newServer(): ContractServer = RawWsServer()
}

class NettyNioTlsTransportContractTest : NettyContract(usesNative = false) {
    override fun newServer(): ContractServer = RawWsServer(RawWsOptions(tls = contractTls))
}

@ExtendWith(LeakWatch::class)
abstract class NettyContract(
    private val usesNative: Boolean = true,
    private val nativeTls: Boolean = true,
) : TransportContract() {
    override fun newTransport(): WsTransport = NettyTransport { it.nativeTransport(usesNative).nativeTls(nativeTls) }
}

private val contractTls = LoopbackTls.selfSigned()
