package io.github.belay.ingress

import io.github.belay.frame.WsFrameView

/**
 * Reads a few fields of a JSON message where it lies in the receive buffer: no tree, and no allocation but for what the
 * caller asks to have as a string.
 *
 * A path is a name, or names with dots between them from the outermost object inwards; in an array a name is an index:
 * `s`, `data.price`, `data.0.price`. Fields are asked for by their place among the paths. A name that is written with
 * escapes is not recognised, and of one that stands twice the first counts.
 *
 * [scan] stops behind the last field that is wanted; nothing behind it is looked at, and what is passed over is not
 * validated: this is for a protocol that is known, not for judging what a stranger sent. The fields are borrowed as the
 * frame is: valid until the call that was given it returns. One instance serves one ingress; not thread-safe.
 *
 * Throws [IllegalArgumentException] for no paths, an empty name, and a path that stands twice.
 */
public class WsJsonFields(
    vararg paths: String,
) {
    private val size = paths.size
    private val scan = JsonScan(JsonPath.of(paths.toList()), size)
    private val symbols = SymbolTable()
    private var frame: WsFrameView? = null

    /**
     * Looks the fields up in [frame]. False if that is no JSON, as far as it was looked at; then every field is absent. A
     * field that the message does not have is absent, too.
     */
    public fun scan(frame: WsFrameView): Boolean {
        frame.kind // Throws when the view was taken back.
        this.frame = frame
        return frame.withBuffer { buffer, offset, size -> scan.run(buffer, offset, size) }
    }

    /** True if field [index] is there, were it `null`. Throws [IndexOutOfBoundsException] for none of the paths. */
    public fun isPresent(index: Int): Boolean = kind(index) != JsonKind.ABSENT

    /** True if field [index] is there and is `null`. */
    public fun isNull(index: Int): Boolean = kind(index) == JsonKind.NULL

    /** True if field [index] is a string that is [ascii], written without escapes. */
    public fun matches(
        index: Int,
        ascii: String,
    ): Boolean {
        if (kind(index) != JsonKind.STRING) return false
        val start = scan.start(index)
        if (scan.end(index) - start != ascii.length) return false
        for (at in ascii.indices) if (scan.byteAt(start + at).toInt() != ascii[at].code) return false
        return true
    }

    /** The integer that field [index] is, as a number or as a string of digits; [orElse] for anything else. */
    public fun longAt(
        index: Int,
        orElse: Long,
    ): Long {
        if (!isNumeric(index)) return orElse
        return JsonNumber.long(scan.start(index), scan.end(index), orElse) { scan.byteAt(it) }
    }

    /**
     * The number that field [index] is, as a number or as a string that holds one; [orElse] for anything else. Allocates
     * nothing up to 15 digits without an exponent.
     */
    public fun doubleAt(
        index: Int,
        orElse: Double,
    ): Double {
        if (!isNumeric(index)) return orElse
        val exact = JsonNumber.exactDouble(scan.start(index), scan.end(index)) { scan.byteAt(it) }
        if (!exact.isNaN()) return exact
        return decoded(index).takeIf(NUMBER::matches)?.toDoubleOrNull() ?: orElse
    }

    /** The boolean that field [index] is; [orElse] for anything else. */
    public fun booleanAt(
        index: Int,
        orElse: Boolean,
    ): Boolean = if (kind(index) == JsonKind.BOOLEAN) scan.byteAt(scan.start(index)) == 't'.code.toByte() else orElse

    /** The text of field [index]: of a string what it says, of any other value its JSON; null when it is absent or `null`. */
    public fun stringAt(index: Int): String? =
        when (kind(index)) {
            JsonKind.ABSENT, JsonKind.NULL -> null
            JsonKind.ESCAPED_STRING -> JsonEscapes.resolve(decoded(index))
            JsonKind.STRING, JsonKind.NUMBER, JsonKind.BOOLEAN, JsonKind.CONTAINER -> decoded(index)
        }

    /**
     * [stringAt], but the same instance for the same text, made once: for names of which there are not too many. The first
     * 1024 of at most 64 bytes are kept.
     */
    public fun symbolAt(index: Int): String? {
        if (kind(index) != JsonKind.STRING) return stringAt(index)
        val start = scan.start(index)
        return symbols.of(scan.end(index) - start, { scan.byteAt(start + it) }) { decoded(index) }
    }

    private fun isNumeric(index: Int): Boolean = kind(index).let { it == JsonKind.NUMBER || it == JsonKind.STRING }

    private fun decoded(index: Int): String {
        val start = scan.start(index)
        return String(ByteArray(scan.end(index) - start) { scan.byteAt(start + it) }, Charsets.UTF_8)
    }

    private fun kind(index: Int): JsonKind {
        if (index !in 0 until size) throw IndexOutOfBoundsException("index must be in 0 until $size but was $index")
        // The bytes are gone with the frame.
        frame?.kind
        return scan.kind(index)
    }

    private companion object {
        /** RFC 8259 section 6, and zeros before it; Kotlin's own parser would take more. */
        val NUMBER = Regex("""-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?""")
    }
}
