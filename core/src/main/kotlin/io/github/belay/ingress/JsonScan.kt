package io.github.belay.ingress

import java.nio.ByteBuffer

/** What kind of value a field has. */
internal enum class JsonKind { ABSENT, STRING, ESCAPED_STRING, NUMBER, BOOLEAN, NULL, CONTAINER }

/**
 * Finds values in JSON text where it lies: one pass, which ends with the last value that is wanted. It allocates nothing,
 * descends no deeper than the paths do, and looks at every byte once at most. What it passes over is not validated.
 * Not thread-safe.
 */
internal class JsonScan(
    private val root: JsonPath,
    private val size: Int,
) {
    private val kinds = Array(size) { JsonKind.ABSENT }
    private val starts = IntArray(size)
    private val ends = IntArray(size)

    private var buffer: ByteBuffer = EMPTY
    private var at = 0
    private var end = 0
    private var missing = 0
    private var isEscaped = false

    /** Where in the buffer the value of [slot] begins: of a string, behind its quote. */
    fun start(slot: Int): Int = starts[slot]

    /** Where it ends, exclusive. */
    fun end(slot: Int): Int = ends[slot]

    fun kind(slot: Int): JsonKind = kinds[slot]

    fun byteAt(index: Int): Byte = buffer.get(index)

    /** True if every value that is wanted was found, or the text came to its end as JSON does. */
    fun run(
        buffer: ByteBuffer,
        offset: Int,
        size: Int,
    ): Boolean {
        this.buffer = buffer
        at = offset
        end = offset + size
        missing = this.size
        kinds.fill(JsonKind.ABSENT)
        skipSpace()
        val outcome = value(root)
        if (outcome == FAILED) kinds.fill(JsonKind.ABSENT)
        return outcome != FAILED
    }

    private fun value(path: JsonPath): Int {
        val start = at
        val kind = kindHere()
        val outcome =
            when {
                kind != JsonKind.CONTAINER || !path.hasChildren -> skip(kind)
                buffer.get(at) == OPEN_OBJECT -> members(path)
                else -> elements(path)
            }
        if (outcome != GO_ON || path.slot == JsonPath.NONE) return outcome
        return found(path.slot, kind, start)
    }

    private fun found(
        slot: Int,
        kind: JsonKind,
        start: Int,
    ): Int {
        // Of a name that stands twice the first one counts.
        if (kinds[slot] != JsonKind.ABSENT) return GO_ON
        val quote = if (kind == JsonKind.STRING) 1 else 0
        kinds[slot] = if (kind == JsonKind.STRING && isEscaped) JsonKind.ESCAPED_STRING else kind
        starts[slot] = start + quote
        ends[slot] = at - quote
        return if (--missing == 0) DONE else GO_ON
    }

    private fun members(path: JsonPath): Int {
        at++
        skipSpace()
        if (take(CLOSE_OBJECT)) return GO_ON
        var outcome = member(path)
        while (outcome == GO_ON && take(COMMA)) {
            skipSpace()
            outcome = member(path)
        }
        return closed(outcome, CLOSE_OBJECT)
    }

    private fun member(path: JsonPath): Int {
        val name = at + 1
        if (kindHere() != JsonKind.STRING || skip(JsonKind.STRING) == FAILED) return FAILED
        val below = path.member(at - 1 - name) { buffer.get(name + it) }
        skipSpace()
        if (!take(COLON)) return FAILED
        skipSpace()
        return under(below)
    }

    private fun elements(path: JsonPath): Int {
        at++
        skipSpace()
        if (take(CLOSE_ARRAY)) return GO_ON
        var index = 0
        var outcome = under(path.element(index))
        while (outcome == GO_ON && take(COMMA)) {
            skipSpace()
            outcome = under(path.element(++index))
        }
        return closed(outcome, CLOSE_ARRAY)
    }

    /** The value here and the space behind it; nothing of it is wanted if [path] is null. */
    private fun under(path: JsonPath?): Int {
        val outcome = if (path == null) skip(kindHere()) else value(path)
        if (outcome == GO_ON) skipSpace()
        return outcome
    }

    private fun closed(
        outcome: Int,
        bracket: Byte,
    ): Int = if (outcome == GO_ON && !take(bracket)) FAILED else outcome

    private fun kindHere(): JsonKind =
        if (at == end) {
            JsonKind.ABSENT
        } else {
            when (buffer.get(at)) {
                QUOTE -> JsonKind.STRING
                OPEN_OBJECT, OPEN_ARRAY -> JsonKind.CONTAINER
                'n'.code.toByte() -> JsonKind.NULL
                't'.code.toByte(), 'f'.code.toByte() -> JsonKind.BOOLEAN
                '-'.code.toByte(), in DIGITS -> JsonKind.NUMBER
                else -> JsonKind.ABSENT
            }
        }

    private fun skip(kind: JsonKind): Int =
        when (kind) {
            JsonKind.ABSENT -> FAILED
            JsonKind.STRING, JsonKind.ESCAPED_STRING -> skipString()
            JsonKind.CONTAINER -> skipContainer()
            JsonKind.NUMBER -> skipLiteral()
            JsonKind.BOOLEAN, JsonKind.NULL -> skipWord()
        }

    private fun skipString(): Int {
        isEscaped = false
        at++
        while (at < end) {
            when (buffer.get(at++)) {
                QUOTE -> {
                    return GO_ON
                }

                BACKSLASH -> {
                    isEscaped = true
                    at++
                }
            }
        }
        return FAILED
    }

    /** By its brackets alone, whichever they are, so that no depth of them costs stack. */
    private fun skipContainer(): Int {
        var depth = 0
        while (at < end) {
            when (buffer.get(at)) {
                QUOTE -> {
                    if (skipString() == FAILED) return FAILED
                }

                OPEN_OBJECT, OPEN_ARRAY -> {
                    depth++
                    at++
                }

                CLOSE_OBJECT, CLOSE_ARRAY -> {
                    at++
                    if (--depth == 0) return GO_ON
                }

                else -> {
                    at++
                }
            }
        }
        return FAILED
    }

    private fun skipWord(): Int {
        val start = at
        skipLiteral()
        return if (isAt(start, TRUE) || isAt(start, FALSE) || isAt(start, NULL)) GO_ON else FAILED
    }

    private fun isAt(
        start: Int,
        word: ByteArray,
    ): Boolean {
        var same = 0
        if (at - start == word.size) while (same < word.size && buffer.get(start + same) == word[same]) same++
        return same == word.size
    }

    private fun skipLiteral(): Int {
        while (at < end) {
            when (buffer.get(at)) {
                COMMA, CLOSE_OBJECT, CLOSE_ARRAY, SPACE, TAB, LINE_FEED, CARRIAGE_RETURN -> return GO_ON
                else -> at++
            }
        }
        return GO_ON
    }

    private fun skipSpace() {
        while (at < end) {
            when (buffer.get(at)) {
                SPACE, TAB, LINE_FEED, CARRIAGE_RETURN -> at++
                else -> return
            }
        }
    }

    private fun take(byte: Byte): Boolean {
        val isThere = at < end && buffer.get(at) == byte
        if (isThere) at++
        return isThere
    }

    private companion object {
        // A scan ends as one of these.
        const val FAILED = -1
        const val GO_ON = 0
        const val DONE = 1

        const val QUOTE = '"'.code.toByte()
        const val BACKSLASH = '\\'.code.toByte()
        const val OPEN_OBJECT = '{'.code.toByte()
        const val CLOSE_OBJECT = '}'.code.toByte()
        const val OPEN_ARRAY = '['.code.toByte()
        const val CLOSE_ARRAY = ']'.code.toByte()
        const val COLON = ':'.code.toByte()
        const val COMMA = ','.code.toByte()
        const val SPACE = ' '.code.toByte()
        const val TAB = '\t'.code.toByte()
        const val LINE_FEED = '\n'.code.toByte()
        const val CARRIAGE_RETURN = '\r'.code.toByte()
        val TRUE = "true".toByteArray()
        val FALSE = "false".toByteArray()
        val NULL = "null".toByteArray()
        val DIGITS = '0'.code.toByte()..'9'.code.toByte()
        val EMPTY: ByteBuffer = ByteBuffer.allocate(0)
    }
}
