package io.github.belay.checks

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe

class SnippetSpec :
    FunSpec({
        val snippets = Snippets(Repository.mainSources("examples") + Repository.testSources("examples"))
        val documents = Repository.documents()

        context("all code shown has been compiled in") {
            withTests(nameFn = { Repository.pathOf(it) }, documents) { document ->
                Snippets
                    .unmarked(document.readText())
                    .map { "${Repository.pathOf(document)}: no snippet marker stands before: $it" }
                    .shouldReportNothing()
            }
        }

        context("the code shown is the code that was compiled in") {
            withTests(nameFn = { Repository.pathOf(it) }, documents) { document ->
                val text = document.readText()
                val current = snippets.rewritten(text)
                if (Repository.update) document.writeText(current) else text shouldBe current
            }
        }

        context("the check itself") {
            val source = SourceFile("A.kt", "fun a() {\n    // snippet:one\n    b()\n    // end:one\n}\n")

            fun document(code: String) = "x\n<!-- snippet:one -->\n```kotlin\n$code```\ny\n"

            test("leaves a current document as it is") {
                Snippets(listOf(source)).rewritten(document("b()\n")) shouldBe document("b()\n")
            }

            test("sees a block that differs from its source") {
                Snippets(listOf(source)).rewritten(document("c()\n")) shouldNotBe document("c()\n")
            }

            test("sees code that no marker precedes") {
                Snippets.unmarked(document("b()\n")).shouldBeEmpty()
                Snippets.unmarked("x\n\n```java\nb();\n```\n").shouldContainExactly("b();")
                Snippets.unmarked("```kotlin\nb()\n```\n").shouldContainExactly("b()")
                Snippets.unmarked("```shell\nls\n```\n").shouldBeEmpty()
            }

            test("refuses a marker without a source") {
                shouldThrow<IllegalArgumentException> { Snippets(emptyList()).rewritten(document("b()\n")) }
            }

            test("refuses two sources of one name") {
                shouldThrow<IllegalArgumentException> { Snippets(listOf(source, source)).rewritten(document("b()\n")) }
            }

            test("refuses a marker that no block follows") {
                shouldThrow<IllegalArgumentException> {
                    Snippets(listOf(source)).rewritten("<!-- snippet:one -->\n\ntext\n")
                }
            }
        }
    })
