package io.github.belay.checks

import io.kotest.assertions.fail
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools
import java.io.File

private const val REWRITE = "rewrite it as CONTRIBUTING.md says and look at the difference"

private val filters =
    AbiFilters(
        emptySet(),
        setOf("io.github.belay.internal.**", "io.github.belay.java.internal.**"),
        emptySet(),
        emptySet(),
    )

/** The public face of each published module is the file `<module>/api/<module>.api`, and changes only together with it. */
class ApiDumpSpec :
    FunSpec({
        val tools = AbiTools.getInstance(ApiDumpSpec::class.java.classLoader)

        context("the public API is the one in the dump of") {
            withTests(Repository.publishedModules) { module ->
                val classes =
                    Repository.root
                        .resolve("$module/target/classes")
                        .walk()
                        .filter { it.extension == "class" }
                        .toList()
                val dump = buildString { tools.printJvmDump(this, classes, filters) }
                val expected = Repository.root.resolve("$module/api/$module.api")
                if (Repository.update) {
                    expected.parentFile.mkdirs()
                    expected.writeText(dump)
                }
                if (!expected.exists()) fail("${Repository.pathOf(expected)} is missing: $REWRITE")
                val actual = File.createTempFile(module, ".api").apply { deleteOnExit() }
                actual.writeText(dump)
                tools.filesDiff(expected, actual)?.let { fail("the public API of $module changed: $REWRITE\n$it") }
            }
        }
    })
