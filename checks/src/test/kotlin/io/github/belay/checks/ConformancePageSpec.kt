package io.github.belay.checks

import io.github.belay.testing.conformance.ConformanceCases
import io.github.belay.testing.conformance.ConformanceGroup
import io.github.belay.testing.conformance.ExpectedResults
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.io.File

private const val BEGIN = "<!-- conformance:begin -->\n"
private const val END = "<!-- conformance:end -->"

/** The tables of `docs/conformance.md` say what stands in the files of expected results. */
class ConformancePageSpec :
    FunSpec({
        val page = Repository.root.resolve("docs/conformance.md")
        val transports =
            Repository.modules
                .flatMap { filesOf(Repository.root.resolve("$it/src/test/resources/conformance")) }
                .map { it.nameWithoutExtension to ExpectedResults.parse(it.readText()) }

        test("the page shows what is expected of each transport") {
            val text = page.readText()
            val current = rewritten(text, transports)
            if (Repository.update) page.writeText(current) else text shouldBe current
        }

        test("the check itself: a result that changed is a page that changed") {
            val text = BEGIN + END
            val passed = listOf("one" to ExpectedResults.parse("1.1 pass"))
            val failed = listOf("one" to ExpectedResults.parse("1.1 fail nothing came"))
            rewritten(text, passed) shouldNotBe rewritten(text, failed)
            rewritten(rewritten(text, passed), failed) shouldBe rewritten(text, failed)
        }
    })

private fun filesOf(folder: File): List<File> =
    folder.listFiles { file -> file.extension == "txt" }.orEmpty().sortedBy {
        it.name
    }

private fun rewritten(
    page: String,
    transports: List<Pair<String, ExpectedResults>>,
): String {
    val tables = (counts(transports) + "" + deviations(transports)).joinToString("\n", postfix = "\n")
    return page.substringBefore(BEGIN) + BEGIN + tables + END + page.substringAfter(END)
}

private fun counts(transports: List<Pair<String, ExpectedResults>>): List<String> {
    val head = "| Group | Cases |" + transports.joinToString("") { " ${it.first} |" }
    val rows =
        ConformanceGroup.entries.map { group ->
            val cases = ConformanceCases.of(group)
            val cells =
                transports.joinToString("") { (_, expected) ->
                    val words = cases.mapNotNull { expected.lineOf(it)?.substringBefore(' ') }
                    " ${words.groupingBy { it }.eachCount().entries.joinToString { "${it.value} ${it.key}" }} |"
                }
            "| ${group.number} ${group.title} | ${cases.size} |$cells"
        }
    return listOf(head, "|---|---|" + "---|".repeat(transports.size)) + rows
}

private fun deviations(transports: List<Pair<String, ExpectedResults>>): List<String> {
    val rows =
        transports.flatMap { (name, expected) ->
            ConformanceCases.all().mapNotNull { case ->
                val line = expected.lineOf(case)
                val isDeviation = line != null && ' ' in line
                if (isDeviation) "| ${case.id} | ${case.title} (${case.section}) | $name | $line |" else null
            }
        }
    return listOf("| Case | Rule | Transport | Result |", "|---|---|---|---|") + rows
}
