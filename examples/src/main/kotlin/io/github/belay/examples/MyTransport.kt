package io.github.belay.examples

import io.github.belay.ktor.KtorTransport
import io.github.belay.transport.WsTransport

/** Stands for a transport of the reader's own. */
class MyTransport : WsTransport by KtorTransport()
