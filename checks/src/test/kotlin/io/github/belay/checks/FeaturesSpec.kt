package io.github.belay.checks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan

private const val FEATURE_COUNT = 165
private const val MANY_DEFECTS = 30

class FeaturesSpec :
    FunSpec({
        val sources = Repository.modules.flatMap(Repository::testSources) + Repository.mainSources("testing")

        test("every feature has its line and every feature said done has a test that exists") {
            val features = featuresIn(Repository.root.resolve("docs/features.md").readText())
            FeatureRules(sources, FEATURE_COUNT).violations(features).shouldReportNothing()
        }

        test("every defect that is said not to be there has a test that exists") {
            val defects = defectsIn(Repository.root.resolve("docs/defects.md").readText())
            defects.size shouldBeGreaterThan MANY_DEFECTS
            FeatureRules(sources, FEATURE_COUNT).rowViolations(defects).shouldReportNothing()
        }

        context("the check itself") {
            val kotest =
                SourceFile(
                    "core/src/test/kotlin/io/github/belay/FooSpec.kt",
                    """
                    package io.github.belay
                    class FooSpec : FunSpec({
                        context("a group") { test("it holds") {} }
                        // test("it is switched off") {}
                    })
                    """.trimIndent(),
                )
            val junit =
                SourceFile(
                    "java-facade/src/test/java/io/github/belay/java/BarTest.java",
                    """
                    package io.github.belay.java;
                    class BarTest {
                        @Test void itHolds() {}
                        @ParameterizedTest
                        @ValueSource(ints = {1, 2})
                        void itHoldsForEach(int number) {}
                        private void itHelps() {}
                    }
                    """.trimIndent(),
                )

            val heir =
                SourceFile(
                    "core/src/test/kotlin/io/github/belay/HeirSpec.kt",
                    "package io.github.belay\nclass HeirSpec : FooSpec()\n",
                )

            fun violations(vararg rows: String) =
                FeatureRules(listOf(kotest, junit, heir), rows.size).violations(featuresIn(rows.joinToString("\n")))

            test("accepts an open row and rows whose tests are there") {
                violations(
                    "| F1 | a | open | |",
                    "| F2 | b | done | io.github.belay.FooSpec: it holds; io.github.belay.java.BarTest: itHolds |",
                    "| F3 | c | done | io.github.belay.FooSpec: a group |",
                    "| F4 | d | done | io.github.belay.java.BarTest: itHoldsForEach |",
                ).shouldBeEmpty()
            }

            test("accepts a test that its class inherits, and rejects one that it does not") {
                violations("| F1 | a | done | io.github.belay.HeirSpec: it holds |").shouldBeEmpty()
                violations("| F1 | a | done | io.github.belay.HeirSpec: it lies |")
                    .shouldContainExactly("F1: no such test in io.github.belay.HeirSpec: it lies")
            }

            test("rejects a row said done without a test") {
                violations("| F1 | a | done | |").shouldContainExactly("F1: done without a test")
            }

            test("rejects a test class that does not exist") {
                violations("| F1 | a | done | io.github.belay.BazSpec: it holds |")
                    .shouldContainExactly("F1: no such test class: io.github.belay.BazSpec")
            }

            test("rejects a test name that does not exist, also in an open row") {
                violations("| F1 | a | open | io.github.belay.FooSpec: it lies |")
                    .shouldContainExactly("F1: no such test in io.github.belay.FooSpec: it lies")
            }

            test("rejects a test that is commented out") {
                violations("| F1 | a | done | io.github.belay.FooSpec: it is switched off |")
                    .shouldContainExactly("F1: no such test in io.github.belay.FooSpec: it is switched off")
            }

            test("rejects a method that is no test") {
                violations("| F1 | a | done | io.github.belay.java.BarTest: itHelps |")
                    .shouldContainExactly("F1: no such test in io.github.belay.java.BarTest: itHelps")
            }

            test("rejects a reference without a test name") {
                violations("| F1 | a | done | io.github.belay.FooSpec |")
                    .shouldContainExactly("F1: not of the form class: name: io.github.belay.FooSpec")
            }

            test("rejects another status") {
                violations(
                    "| F1 | a | nearly | |",
                ).shouldContainExactly("F1: the status is neither done nor open: nearly")
            }

            test("rejects a row that is missing, doubled or out of order") {
                violations("| F1 | a | open | |", "| F3 | c | open | |")
                    .shouldContainExactly("F3 stands where F2 is expected")
                violations("| F1 | a | open | |", "| F1 | a | open | |")
                    .shouldContainExactly("F1 stands where F2 is expected")
            }

            test("rejects a row that is not in the form of the table") {
                violations("| F1 | a | open |")
                    .shouldContainExactly("F1: the status is neither done nor open: malformed")
            }

            test("finds the rows of the defects, and a test of theirs that does not exist") {
                val defects = defectsIn("| # | What |\n|---|---|\n| SWD-1 | a | io.github.belay.FooSpec: it lies |")
                FeatureRules(listOf(kotest), 0)
                    .rowViolations(defects)
                    .shouldContainExactly("SWD-1: no such test in io.github.belay.FooSpec: it lies")
            }

            test("rejects a list that ends too early") {
                FeatureRules(emptyList(), 2)
                    .violations(featuresIn("| F1 | a | open | |"))
                    .shouldContainExactly("1 rows, expected 2")
            }
        }
    })
