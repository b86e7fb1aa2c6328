package io.github.belay.netty

import io.kotest.core.annotation.Isolate
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.netty.buffer.ByteBufAllocator

@Isolate // It loses a buffer on purpose and takes the report back.
class LeakWatchSpec :
    FunSpec({
        test("a buffer that is lost is noticed") {
            LeakWatch.assertNoLeaks()
            loseABuffer()
            LeakWatch.look()
            LeakWatch.reports.shouldNotBeEmpty()
            LeakWatch.reports.clear()
            LeakWatch.look()
            LeakWatch.reports.size shouldBe 0
        }
    })

private fun loseABuffer() {
    ByteBufAllocator.DEFAULT.directBuffer(16).writeInt(1)
}
