package io.github.belay.checks

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

private fun silent(programs: List<ExampleProgram>): List<String> =
    programs
        .filter { it.expectedOutput == null && it.reasonNotToRun == null }
        .map { "${it.path}: says neither what it prints nor why it is not run" }

class ExamplesSpec :
    FunSpec({
        val programs = Repository.mainSources("examples").filter(ExampleProgram::isProgram).map(::ExampleProgram)

        test("every program says what it prints or why the build does not run it") {
            silent(programs).shouldReportNothing()
        }

        context("prints what its closing comment says") {
            withTests(
                nameFn = { it.path },
                programs.filter { it.reasonNotToRun == null && it.expectedOutput != null },
            ) {
                it.run() shouldBe it.expectedOutput
            }
        }

        context("the check itself") {
            fun example(text: String) = SourceFile("examples/src/main/kotlin/A.kt", text)

            test("knows a program from other sources") {
                ExampleProgram.isProgram(example("package a\n\nsuspend fun main() {\n}\n")) shouldBe true
                ExampleProgram.isProgram(example("package a\n\n// fun main() {}\nclass B\n")) shouldBe false
            }

            test("reads the lines of the closing comment") {
                val text = "package a\n\nfun main() {\n}\n\n// prints:\n// one\n// two\n"
                ExampleProgram(example(text)).expectedOutput shouldBe "one\ntwo\n"
            }

            test("reads why a program is not run") {
                val text = "package a\n\nfun main() {\n}\n\n// not run by the build: needs a server\n"
                ExampleProgram(example(text)).reasonNotToRun shouldBe "needs a server"
            }

            test("reports a program that says neither") {
                val program = ExampleProgram(example("package a\n\nfun main() {\n}\n"))
                silent(listOf(program)).shouldContainExactly(
                    "examples/src/main/kotlin/A.kt: says neither what it prints nor why it is not run",
                )
            }
        }
    })
