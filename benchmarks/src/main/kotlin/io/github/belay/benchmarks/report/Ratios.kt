package io.github.belay.benchmarks.report

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.double
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put

/** A row as it was measured, and as it stands in `ratios.json`. */
internal class Ratio(
    val row: String,
    val subject: String,
    val reference: String,
    val ratio: Double,
    val must: Double,
    val aim: Double,
    val better: Better,
) {
    val isMet: Boolean get() = reaches(must)
    val isAimed: Boolean get() = reaches(aim)

    private fun reaches(limit: Double) = if (better == Better.HIGHER) ratio >= limit else ratio <= limit
}

/** Reads and writes `ratios.json`. */
internal object RatioFile {
    private const val DECIMALS = 1e4
    private val format =
        Json {
            prettyPrint = true
        }

    fun write(ratios: List<Ratio>): String =
        format.encodeToString(JsonArray.serializer(), JsonArray(ratios.map(::objectOf))) + "\n"

    private fun objectOf(ratio: Ratio): JsonObject =
        buildJsonObject {
            put("row", ratio.row)
            put("subject", ratio.subject)
            put("reference", ratio.reference)
            put("ratio", Math.round(ratio.ratio * DECIMALS) / DECIMALS)
            put("must", ratio.must)
            put("aim", ratio.aim)
            put("better", ratio.better.name.lowercase())
        }

    /** Throws [IllegalArgumentException] or [NoSuchElementException] for what is not such a file. */
    fun read(text: String): List<Ratio> = Json.parseToJsonElement(text).jsonArray.map { ratioOf(it.jsonObject) }

    private fun ratioOf(fields: JsonObject): Ratio {
        fun text(name: String) = fields.getValue(name).jsonPrimitive.content

        fun number(name: String) = fields.getValue(name).jsonPrimitive.double
        return Ratio(
            text("row"),
            text("subject"),
            text("reference"),
            number("ratio"),
            number("must"),
            number("aim"),
            Better.valueOf(text("better").uppercase()),
        )
    }
}
