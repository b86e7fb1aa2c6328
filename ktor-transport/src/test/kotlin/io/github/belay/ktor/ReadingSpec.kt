package io.github.belay.ktor

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.testing.ListenerEvent
import io.github.belay.testing.RecordingListener
import io.github.belay.testing.wire.RawPeer
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.ReadingScenarios
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.frame
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.textFrame
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds

class ReadingSpec :
    ReadingScenarios(ktor)
