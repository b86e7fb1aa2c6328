package io.github.belay.ktor

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawFrame
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.ViolationScenarios
import io.github.belay.testing.wire.closeFrame
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.frame
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsLinkEnd
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** A peer that breaks RFC 6455, found by the codec's rules or by Ktor itself. */
class ViolationSpec :
    ViolationScenarios(ktor)
