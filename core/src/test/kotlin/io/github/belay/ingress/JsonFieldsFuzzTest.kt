package io.github.belay.ingress

import com.code_intelligence.jazzer.junit.FuzzTest
import com.sun.management.ThreadMXBean
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.kotest.assertions.withClue
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer

/** JSON, or what is none, that a hostile peer may send to an ingress that reads fields of it. */
class JsonFieldsFuzzTest {
    private val fields = WsJsonFields(*PATHS)

    @FuzzTest
    fun whatAParserReadsIsReadWhereItLiesAndNothingIsThrown(input: ByteArray) {
        val isJson = fields.scan(lent(input))
        val found = PATHS.indices.map(::read)
        if (!isJson) found.forEach { it.isPresent shouldBe false }
        val tree = parsed(input) ?: return
        isJson shouldBe true
        for ((index, path) in PATHS.withIndex()) withClue(path) { check(found[index], at(tree, path)) }
    }

    /** A message with the fields behind everything else, cut off anywhere, is looked at once and kept nowhere. */
    @FuzzTest
    fun memoryFollowsWhatIsAskedForAndNotWhatCame(input: ByteArray) {
        val frame = lent(input)
        List(3) {
            val before = memory.currentThreadAllocatedBytes
            repeat(SCANS) { fields.scan(frame) }
            memory.currentThreadAllocatedBytes - before
        }.min() shouldBeLessThanOrEqualTo SPARE_BYTES
    }

    private class Found(
        val isPresent: Boolean,
        val isNull: Boolean,
        val string: String?,
        val symbol: String?,
        val long: Long,
        val double: Double,
        val boolean: Boolean,
    )

    private fun read(index: Int) =
        Found(
            fields.isPresent(index),
            fields.isNull(index),
            fields.stringAt(index),
            fields.symbolAt(index),
            fields.longAt(index, NO_LONG),
            fields.doubleAt(index, NO_DOUBLE),
            fields.booleanAt(index, false),
        )

    private fun check(
        found: Found,
        expected: JsonElement?,
    ) {
        found.isPresent shouldBe (expected != null)
        found.isNull shouldBe (expected == JsonNull)
        if (expected !is JsonPrimitive || expected == JsonNull) return
        found.string shouldBe expected.content
        found.symbol shouldBe expected.content
        val text = expected.content
        found.long shouldBe if (INTEGER.matches(text)) text.toLongOrNull() ?: NO_LONG else NO_LONG
        found.double shouldBe if (NUMBER.matches(text)) text.toDouble() else NO_DOUBLE
        found.boolean shouldBe (!expected.isString && text == "true")
    }

    /** Null for what is no JSON, and for what Belay says it reads in another way: escaped and repeated names. */
    private fun parsed(input: ByteArray): JsonElement? {
        val text = input.decodeToString()
        if (!text.toByteArray().contentEquals(input) || text.contains('\\')) return null
        if (text.count { it == '[' || it == '{' } > MAX_DEPTH) return null
        return try {
            Json.parseToJsonElement(text).takeIf { isStrict(text, it) && hasJsonLiterals(it) }
        } catch (_: SerializationException) {
            null
        }
    }

    /** True if the tree says the same as the text without its spaces: nothing was lenient, and no name stood twice. */
    private fun isStrict(
        text: String,
        tree: JsonElement,
    ): Boolean = withoutSpaces(text) == withoutSpaces(tree.toString())

    /** The parser takes any word for a literal. */
    private fun hasJsonLiterals(tree: JsonElement): Boolean =
        when (tree) {
            is JsonObject -> tree.values.all(::hasJsonLiterals)
            is JsonArray -> tree.all(::hasJsonLiterals)
            is JsonPrimitive -> tree.isString || tree.content in WORDS || NUMBER.matches(tree.content)
        }

    private fun withoutSpaces(text: String): String {
        var isString = false
        return text.filter {
            if (it == '"') isString = !isString
            isString || it !in " \t\r\n"
        }
    }

    private fun at(
        tree: JsonElement,
        path: String,
    ): JsonElement? =
        path.split('.').fold(tree as JsonElement?) { element, name ->
            when (element) {
                is JsonObject -> element[name]
                is JsonArray -> name.toIntOrNull()?.let(element::getOrNull)
                else -> null
            }
        }

    private fun lent(bytes: ByteArray): WsFrameView {
        val buffer = ByteBuffer.allocateDirect(bytes.size + 2).put(1, bytes)
        return WsFrameView().lend(WsFrameKind.TEXT, buffer, 1, bytes.size)
    }

    private companion object {
        val PATHS = arrayOf("e", "a.b", "a.0.b", "s", "0", "1.p", "a", "é")
        val INTEGER = Regex("-?[0-9]+")
        val NUMBER = Regex("""-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?""")
        val WORDS = setOf("true", "false", "null")
        const val NO_LONG = -4242L
        const val NO_DOUBLE = -4242.5
        const val MAX_DEPTH = 200
        const val SCANS = 10
        const val SPARE_BYTES = 64 * 1024L
        val memory = ManagementFactory.getThreadMXBean() as ThreadMXBean
    }
}
