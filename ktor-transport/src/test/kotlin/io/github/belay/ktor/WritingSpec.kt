package io.github.belay.ktor

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.testing.ListenerEvent
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawFrame
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.Reads
import io.github.belay.testing.wire.WritingScenarios
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.writeUntilStuck
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsLinkEnd
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.milliseconds

class WritingSpec :
    WritingScenarios(ktor) {
    init {
        test("behind a Close frame nothing is sent, and the flush says so") {
            Reads(ktor).use { peer ->
                peer.mayRead.countDown()
                peer.session.write(WsFrame.close(1000, "done"))
                peer.session.flushed().await() shouldBe null
                peer.session.write(WsFrame.text("late"))
                peer.session
                    .flushed()
                    .await()
                    .shouldNotBeNull()
                peer.session.isWritable shouldBe false
                peer.awaitFrames(1).map { it.opcode } shouldBe listOf(8)
            }
        }
    }
}
