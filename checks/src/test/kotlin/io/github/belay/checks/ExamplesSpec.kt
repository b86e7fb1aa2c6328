package io.github.belay.checks

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

class ExamplesSpec :
    FunSpec({
        val programs = Repository.mainSources("examples").filter(ExampleProgram::isProgram).map(::ExampleProgram)

        context("prints what its closing comment says") {
            withTests(nameFn = { it.path }, programs) { program ->
                val expected =
                    withClue("an example ends in a comment '// prints:'") { program.expectedOutput.shouldNotBeNull() }
                program.run() shouldBe expected
            }
        }

        context("the check itself") {
            fun example(text: String) = SourceFile("examples/src/main/kotlin/A.kt", text)

            test("knows a program from other sources") {
                ExampleProgram.isProgram(example("package a\n\nsuspend fun main() {\n}\n")) shouldBe true
                ExampleProgram.isProgram(example("package a\n\n// fun main() {}\nclass B\n")) shouldBe false
            }

            test("reads the lines of the closing comment") {
                ExampleProgram(
                    example("package a\n\nfun main() {\n}\n\n// prints:\n// one\n// two\n"),
                ).expectedOutput shouldBe
                    "one\ntwo\n"
            }

            test("misses the comment where there is none") {
                ExampleProgram(example("package a\n\nfun main() {\n}\n")).expectedOutput shouldBe null
            }
        }
    })
