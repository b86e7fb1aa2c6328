package io.github.belay.testing.server

import java.math.BigInteger
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter

/** The few forms of DER (ITU-T X.690) that a certificate is made of. Each function returns tag, length and content. */
@Suppress("MagicNumber") // Tags and length forms are the numbers of X.690.
internal object Der {
    private val utcTime = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC)
    private val generalizedTime = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC)

    /** From here on a certificate must use the form with four digits of year (RFC 5280 section 4.1.2.5). */
    private val endOfUtcTime = Instant.parse("2050-01-01T00:00:00Z")

    fun tagged(
        tag: Int,
        content: ByteArray,
    ): ByteArray {
        val length =
            when {
                content.size < 0x80 -> byteArrayOf(content.size.toByte())
                content.size < 0x100 -> byteArrayOf(0x81.toByte(), content.size.toByte())
                else -> byteArrayOf(0x82.toByte(), (content.size shr 8).toByte(), content.size.toByte())
            }
        return byteArrayOf(tag.toByte()) + length + content
    }

    fun sequence(vararg parts: ByteArray): ByteArray = tagged(0x30, join(parts))

    fun set(vararg parts: ByteArray): ByteArray = tagged(0x31, join(parts))

    fun integer(value: BigInteger): ByteArray = tagged(0x02, value.toByteArray())

    fun octetString(content: ByteArray): ByteArray = tagged(0x04, content)

    /** A bit string whose length is a multiple of 8. */
    fun bitString(content: ByteArray): ByteArray = tagged(0x03, byteArrayOf(0) + content)

    fun utf8String(text: String): ByteArray = tagged(0x0C, text.toByteArray())

    fun time(instant: Instant): ByteArray =
        if (instant < endOfUtcTime) {
            tagged(0x17, utcTime.format(instant).toByteArray())
        } else {
            tagged(0x18, generalizedTime.format(instant).toByteArray())
        }

    fun objectId(dotted: String): ByteArray {
        val arcs = dotted.split('.').map(String::toInt)
        val content = base128(arcs[0] * 40 + arcs[1]) + arcs.drop(2).flatMap { base128(it) }
        return tagged(0x06, content.toByteArray())
    }

    private fun base128(value: Int): List<Byte> {
        val groups = generateSequence(value) { it shr 7 }.takeWhile { it > 0 }.map { it and 0x7F }.toList()
        if (groups.isEmpty()) return listOf(0)
        return groups.mapIndexed { index, group -> (if (index == 0) group else group or 0x80).toByte() }.reversed()
    }

    private fun join(parts: Array<out ByteArray>): ByteArray =
        parts.fold(ByteArray(0)) { joined, part -> joined + part }
}
