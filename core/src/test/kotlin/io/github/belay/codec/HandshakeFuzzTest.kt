package io.github.belay.codec

import com.code_intelligence.jazzer.junit.FuzzTest
import io.github.belay.frame.MAX_LOGGED_CHARS
import io.github.belay.frame.WsDeflateConfig
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf

/** Header lines that a hostile server may answer with, as they stand on the wire. */
class HandshakeFuzzTest {
    @FuzzTest
    fun anyAnswerIsVerifiedOrBreaksARuleInOneLine(input: ByteArray) {
        val headers = headersOf(input)
        val rule = verify(headers)
        rule?.let(::checkFitForLog)
        verify(headers.map { (name, value) -> entry(name.lowercase(), " $value\t") }) shouldBe rule
        if (rule != null) return
        headers.single { it.key.equals("Sec-WebSocket-Accept", ignoreCase = true) }.value.trim() shouldBe ACCEPT
        headers.any { it.key.equals("Connection", ignoreCase = true) } shouldBe true
        headers.any { it.key.equals("Upgrade", ignoreCase = true) } shouldBe true
    }

    /** Each line of the input is one of `Sec-WebSocket-Extensions`. */
    @FuzzTest
    fun anyAnswerToAnOfferOfCompressionIsUnderstoodOrBreaksARule(input: ByteArray) {
        val lines = String(input, Charsets.ISO_8859_1).split('\n').map { entry(EXTENSIONS_HEADER, it) }
        for (offer in offers) {
            when (val answer = WsDeflateRules.verify(lines, offer)) {
                is WsDeflateAnswer.Broken -> checkFitForLog(answer.rule)
                is WsDeflateAnswer.Agreed -> checkAgreed(answer.parameters, offer)
                WsDeflateAnswer.Declined -> lines.all { it.value.isBlank(" \t,") } shouldBe true
            }
        }
    }

    /** The parameters keep to the offer, and written down by the rules they are understood as the same. */
    private fun checkAgreed(
        agreed: WsDeflateParameters,
        offer: WsDeflateConfig,
    ) {
        agreed.serverMaxWindowBits shouldBeLessThanOrEqualTo (offer.serverMaxWindowBits ?: 15)
        if (offer.serverNoContextTakeover) agreed.serverNoContextTakeover shouldBe true
        if (offer.clientNoContextTakeover) agreed.clientNoContextTakeover shouldBe true
        val written =
            listOfNotNull(
                "permessage-deflate",
                "server_max_window_bits=\"${agreed.serverMaxWindowBits}\"",
                "client_no_context_takeover".takeIf { agreed.clientNoContextTakeover },
                "server_no_context_takeover".takeIf { agreed.serverNoContextTakeover },
            ).joinToString(" ;\t", prefix = ",", postfix = " , ")
        WsDeflateRules
            .verify(listOf(entry(EXTENSIONS_HEADER, written)), offer)
            .shouldBeInstanceOf<WsDeflateAnswer.Agreed>()
            .parameters
            .toString() shouldBe agreed.toString()
    }

    private fun verify(headers: List<Map.Entry<String, String>>): String? =
        WsHandshakeRules.verify(101, headers, KEY, listOf("chat", "feed"), "HTTP/1.1", offers.first())

    private fun headersOf(input: ByteArray): List<Map.Entry<String, String>> =
        String(input, Charsets.ISO_8859_1).split('\n').map { line ->
            entry(line.substringBefore(':'), line.substringAfter(':', missingDelimiterValue = ""))
        }

    private fun entry(
        name: String,
        value: String,
    ): Map.Entry<String, String> = java.util.Map.entry(name, value)

    private fun String.isBlank(blanks: String): Boolean = all { it in blanks }

    private fun checkFitForLog(rule: String) {
        rule.none { it.isISOControl() || it.category == CharCategory.FORMAT } shouldBe true
        rule.length shouldBeLessThanOrEqualTo MAX_RULE_CHARS
    }

    private companion object {
        // The example of RFC 6455 section 1.3.
        const val KEY = "dGhlIHNhbXBsZSBub25jZQ=="
        const val ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

        /** Each character of the server's may take six when it is escaped. */
        const val MAX_RULE_CHARS = 6 * MAX_LOGGED_CHARS + 200
        val offers =
            listOf(
                WsDeflateConfig(),
                WsDeflateConfig(serverNoContextTakeover = true, serverMaxWindowBits = 10),
                WsDeflateConfig(clientNoContextTakeover = true),
            )
    }
}
