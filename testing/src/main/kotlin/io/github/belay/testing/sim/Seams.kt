package io.github.belay.testing.sim

import io.github.belay.WebSocketActorConfig
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.transport.WsTransport

/** Where a proof that the harness can fail puts a fault of ours instead of the network's. Nothing is changed by default. */
internal open class Seams {
    val none: Quirks = Quirks()

    /** Oddities of the server. */
    open val quirks: Quirks get() = none

    /** Stands between the connection and the watched transport. */
    open fun transport(watched: WsTransport): WsTransport = watched

    /** Stands between the connection and its endpoint. */
    open fun endpoint(endpoint: WsEndpointHandler<Script.Tick>): WsEndpointHandler<Script.Tick> = endpoint

    /** Changes the configuration behind the back of the rules. */
    open fun configure(builder: WebSocketActorConfig.Builder) {}

    /** Stands between user and connection. */
    open fun client(client: Client): Client = client
}
