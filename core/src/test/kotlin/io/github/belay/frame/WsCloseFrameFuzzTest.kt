package io.github.belay.frame

import com.code_intelligence.jazzer.junit.FuzzTest
import io.github.belay.codec.strictlyDecoded
import io.kotest.matchers.shouldBe

class WsCloseFrameFuzzTest {
    @FuzzTest
    fun aClosePayloadSaysCodeAndReasonOrBreaksARule(payload: ByteArray) {
        val parsed = runCatching { WsCloseFrame.parse(WsBytes.wrap(payload.copyOf())) }
        val broken = brokenRule(payload)
        parsed.exceptionOrNull()?.let { (it as WsProtocolException).closeCode } shouldBe broken
        if (broken != null) return
        val close = parsed.getOrThrow()
        close.payload() shouldBe WsBytes.wrap(payload)
        close.code shouldBe if (payload.isEmpty()) 1005 else codeOf(payload)
        close.reason.toString() shouldBe strictlyDecoded(payload.drop(2).toByteArray())
    }

    /** RFC 6455 sections 5.5.1, 7.4 and 8.1, and the codes that IANA has registered since. */
    private fun brokenRule(payload: ByteArray): Int? =
        when {
            payload.isEmpty() -> null
            payload.size == 1 -> 1002
            codeOf(payload) !in lawful -> 1002
            strictlyDecoded(payload.drop(2).toByteArray()) == null -> 1007
            else -> null
        }

    private fun codeOf(payload: ByteArray): Int = payload[0].toUByte().toInt() * 256 + payload[1].toUByte().toInt()

    private companion object {
        val lawful = (1000..1003) + (1007..1014) + (3000..4999)
    }
}
