package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.Reads
import io.github.belay.testing.wire.WritingScenarios
import io.github.belay.testing.wire.flushed
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

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
