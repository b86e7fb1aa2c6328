package io.github.belay.netty

import com.code_intelligence.jazzer.junit.FuzzTest
import io.github.belay.testing.wire.requestTo
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.kotest.matchers.shouldBe
import io.netty.buffer.ByteBuf
import io.netty.buffer.Unpooled
import io.netty.channel.ChannelHandlerContext
import io.netty.channel.embedded.EmbeddedChannel
import io.netty.handler.codec.http.HttpResponseDecoder
import kotlin.random.Random

/** What a hostile server may answer. */
class UpgradeHandlerFuzzTest {
    @FuzzTest
    fun anyAnswerHasOneOutcomeWhateverTheCut(input: ByteArray) {
        val answer = String(input, Charsets.ISO_8859_1)
        val whole = outcomeOf(answer) { listOf(it) }
        outcomeOf(answer) { it.map(Char::toString) } shouldBe whole
        outcomeOf(answer) { Random(answer.hashCode()).cuts(it) } shouldBe whole
    }

    private fun outcomeOf(
        answer: String,
        cuts: (String) -> List<String>,
    ): List<String> {
        val outcome = Recorder()
        val channel = EmbeddedChannel(UpgradeHandler.newDecoder(), UpgradeHandler(request, KEY, failures, outcome))
        channel.readOutbound<ByteBuf>().release()
        val behind = StringBuilder()
        for (piece in cuts(answer)) {
            channel.writeInbound(Unpooled.copiedBuffer(piece, Charsets.ISO_8859_1))
        }
        channel.finish()
        while (true) behind.append((channel.readInbound<ByteBuf>() ?: break).toText())
        outcome.heard.size shouldBe 1
        return outcome.heard + behind.toString()
    }

    private fun Random.cuts(text: String): List<String> {
        val cuts = List(nextInt(8)) { nextInt(text.length + 1) }.sorted()
        return (listOf(0) + cuts + text.length).zipWithNext { from, to -> text.substring(from, to) }
    }

    private fun ByteBuf.toText(): String = toString(Charsets.ISO_8859_1).also { release() }

    /** Does with a connection what an open does. */
    private class Recorder : UpgradeHandler.Outcome {
        val heard = ArrayList<String>()

        override fun onGranted(
            upgrade: ChannelHandlerContext,
            handshake: WsHandshake,
        ) {
            heard += "granted ${handshake.subprotocol} ${lines(handshake.headers)}"
            upgrade.pipeline().remove(upgrade.handler())
            upgrade.pipeline().remove(HttpResponseDecoder::class.java)
        }

        override fun onRefused(
            upgrade: ChannelHandlerContext,
            failure: WsConnectFailure,
        ) {
            heard +=
                if (failure is WsConnectFailure.Rejected) rejected(failure) else "${failure::class} ${failure.message}"
        }

        private fun rejected(failure: WsConnectFailure.Rejected) =
            "rejected ${failure.status} ${lines(failure.headers)} ${failure.bodyStart}"

        private fun lines(headers: WsHeaders) = headers.entries.joinToString { "${it.key}: ${it.value}" }
    }

    private companion object {
        /** That of the example in RFC 6455 section 1.3, whose answer the inputs have. */
        const val KEY = "dGhlIHNhbXBsZSBub25jZQ=="
        val request = requestTo("ws://h/")
        val failures = ConnectFailures(request)
    }
}
