package io.github.belay.ingress

import com.sun.management.ThreadMXBean
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer

private val ignored = WsIngressAction.Ignore
private val forwarded = WsIngressAction.Forward

private fun view(json: String): WsFrameView = WsFrameView().give(WsFrameKind.TEXT, WsFrame.text(json).payload)

private fun router(): WsJsonRouter.Builder<String> =
    WsJsonRouter
        .by<String>("e")
        .ignore("heartbeat", "status")
        .full("depthUpdate")
        .partial("trade", WsJsonFields("s", "m")) { fields ->
            when {
                fields.matches(1, "spot") -> WsIngressAction.Emit(fields.symbolAt(0).orEmpty())
                fields.isPresent(1) -> forwarded
                else -> ignored
            }
        }

class WsJsonRouterSpec :
    FunSpec({
        test("each message goes the way of its field, and a second field can decide further") {
            val router = router().build()
            router.onFrame(view("""{"e":"heartbeat"}""")) shouldBeSameInstanceAs ignored
            router.onFrame(view("""{"e":"status"}""")) shouldBeSameInstanceAs ignored
            router.onFrame(view("""{"x":[],"e":"depthUpdate"}""")) shouldBeSameInstanceAs forwarded
            router
                .onFrame(view("""{"e":"trade","m":"spot","s":"BTC"}"""))
                .shouldBeInstanceOf<WsIngressAction.Emit<String>>()
                .message shouldBe "BTC"
            router.onFrame(view("""{"m":"margin","s":"BTC","e":"trade"}""")) shouldBeSameInstanceAs forwarded
            router.onFrame(view("""{"s":"BTC","e":"trade"}""")) shouldBeSameInstanceAs ignored
        }

        test("what has no route is the endpoint's, or nobody's") {
            val strange = listOf("", "hello", "[]", "{}", """{"e":7}""", """{"e":"other"}""", """{"e":"trade",""")
            val views =
                strange.map(::view) + WsFrameView().give(WsFrameKind.BINARY, WsFrame.text("""{"e":"status"}""").payload)
            for (view in views) router().build().onFrame(view) shouldBeSameInstanceAs forwarded
            for (view in views) router().otherwiseIgnore().build().onFrame(view) shouldBeSameInstanceAs ignored
        }

        test("of 99 messages in 100 that are read in part or ignored nothing is allocated") {
            var sum = 0.0
            val prices = WsJsonFields("s", "p")
            val router =
                WsJsonRouter
                    .by<String>("e")
                    .ignore("heartbeat")
                    .partial("trade", prices) { fields ->
                        sum += fields.doubleAt(1, 0.0) + fields.symbolAt(0).orEmpty().length
                        WsIngressAction.Ignore
                    }.build()
            val heartbeat = lent("""{"e":"heartbeat","t":1723000000123}""")
            val trade = lent("""{"e":"trade","E":1723000000123,"s":"BTCUSDT","t":12345,"p":"27123.50","q":"0.004"}""")
            val depth = lent("""{"e":"depthUpdate","b":[["1","2"],["3","4"]]}""")

            fun round(): Int {
                var full = 0
                for (message in 1..100) {
                    val frame =
                        if (message == 100) {
                            depth
                        } else if (message % 3 == 0) {
                            heartbeat
                        } else {
                            trade
                        }
                    if (router.onFrame(frame) === WsIngressAction.Forward) full++
                }
                return full
            }
            repeat(200) { round() shouldBe 1 }
            // Of several tries the least: the JVM makes and loads classes now and then, which counts as well.
            val allocated =
                List(5) {
                    val before = memory.currentThreadAllocatedBytes
                    repeat(100) { round() }
                    memory.currentThreadAllocatedBytes - before
                }.min()
            // A boxed number for each message would be 160,000.
            allocated shouldBeLessThan 20_000
            (sum > 0) shouldBe true
        }

        test("mistakes are refused by name") {
            shouldThrow<IllegalArgumentException> { router().full("trade") }.message shouldBe
                "a value must have one route but has two: \"trade\""
            shouldThrow<IllegalArgumentException> { router().ignore("größer") }.message shouldBe
                "a value must be ASCII but was \"größer\""
        }
    })

private val memory = ManagementFactory.getThreadMXBean() as ThreadMXBean

private fun lent(json: String): WsFrameView {
    val bytes = json.toByteArray()
    val buffer = ByteBuffer.allocateDirect(bytes.size).put(bytes).flip()
    return WsFrameView().lend(WsFrameKind.TEXT, buffer, 0, bytes.size)
}
