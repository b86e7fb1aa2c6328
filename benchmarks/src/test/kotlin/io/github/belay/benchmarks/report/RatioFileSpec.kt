package io.github.belay.benchmarks.report

import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.Json

class RatioFileSpec :
    FunSpec({
        val ratio = Ratio("ask \"p50\"", "belay", "bare", 0.123456, 0.8, 0.92, Better.HIGHER)

        test("writes each row with the seven fields, in their order") {
            val expected =
                """[{"row": "ask \"p50\"", "subject": "belay", "reference": "bare", "ratio": 0.1235, "must": 0.8,
                    "aim": 0.92, "better": "higher"}]"""
            val written = RatioFile.write(listOf(ratio))
            Json.parseToJsonElement(written) shouldBe Json.parseToJsonElement(expected)
            Regex("\"(\\w+)\":").findAll(written).map { it.groupValues[1] }.toList() shouldBe
                listOf("row", "subject", "reference", "ratio", "must", "aim", "better")
        }

        test("reads what it wrote") {
            val read =
                RatioFile.read(
                    RatioFile.write(listOf(ratio, Ratio("b", "s", "none", 7.0, 8.0, 1.0, Better.LOWER))),
                )
            read.map { listOf(it.row, it.subject, it.reference, it.ratio, it.must, it.aim, it.better) } shouldBe
                listOf(
                    listOf("ask \"p50\"", "belay", "bare", 0.1235, 0.8, 0.92, Better.HIGHER),
                    listOf("b", "s", "none", 7.0, 8.0, 1.0, Better.LOWER),
                )
        }

        test("refuses a file with a field missing") {
            shouldThrowAny { RatioFile.read("""[{"row": "a"}]""") }
        }

        test("a promise is met at its limit, on its better side") {
            fun ratio(
                value: Double,
                better: Better,
            ) = Ratio("r", "s", "t", value, must = 2.0, aim = if (better == Better.HIGHER) 3.0 else 1.0, better)
            listOf(1.9, 2.0, 3.0).map { ratio(it, Better.HIGHER).isMet to ratio(it, Better.HIGHER).isAimed } shouldBe
                listOf(false to false, true to false, true to true)
            listOf(2.1, 2.0, 1.0).map { ratio(it, Better.LOWER).isMet to ratio(it, Better.LOWER).isAimed } shouldBe
                listOf(false to false, true to false, true to true)
        }
    })
