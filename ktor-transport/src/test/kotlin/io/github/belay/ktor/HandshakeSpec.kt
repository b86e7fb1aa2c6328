package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.HandshakeScenarios
import io.github.belay.testing.wire.RawPeer
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.requestTo
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf

/** What is sent to open a link, and which answers open one (RFC 6455 section 4.1). */
class HandshakeSpec :
    HandshakeScenarios(ktor)
