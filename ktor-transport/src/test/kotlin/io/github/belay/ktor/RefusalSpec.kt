package io.github.belay.ktor

import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawPeer
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.RefusalScenarios
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.requestTo
import io.github.belay.transport.WsConnectFailure
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.InetAddress
import java.net.ServerSocket
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** What the listener hears of an open that does not come about. */
class RefusalSpec :
    RefusalScenarios(ktor)
