package io.github.belay.benchmarks.subject

import io.github.belay.transport.WsTransport

/**
 * Makes Belay's transport over Netty; null while the module `netty-transport` is not there. Once it is: depend on it in
 * `pom.xml`, and write `{ NettyTransport() }` here. Nothing else changes.
 */
internal val nettyTransport: (() -> WsTransport)? = null
