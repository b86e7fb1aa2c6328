package io.github.belay.testing.conformance

import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.DynamicContainer.dynamicContainer
import org.junit.jupiter.api.DynamicNode
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration

/**
 * Holds a transport to what is known of it, case by case: extend it in a test class.
 *
 * ```kotlin
 * class MyTransportConformanceTest : ConformanceTest() {
 *     override fun newTransport(): WsTransport = MyTransport()
 *     override fun expectedResults(): Path = Path.of("src/test/resources/conformance/my-transport.txt")
 * }
 * ```
 * A case that passes although the file says otherwise is a failure, as is the reverse. With the system property
 * `conformance.update` set to `true` the file is written instead of compared; read the difference.
 */
public abstract class ConformanceTest : ConformanceSubject {
    /** The file of expected results, as [ExpectedResults] describes it, from where the tests run. */
    public abstract fun expectedResults(): Path

    /** The cases to run. All, unless overridden. */
    public open fun cases(): List<ConformanceCase> = ConformanceCases.all()

    /** How long to wait for what must happen. */
    public open fun patience(): Duration = Duration.ofSeconds(ConformanceSuite.DEFAULT_PATIENCE_SECONDS)

    private lateinit var suite: ConformanceSuite

    /** Makes the transport and a server. */
    @BeforeEach
    public fun openSuite() {
        suite = ConformanceSuite(this, patience())
    }

    /** Closes both. */
    @AfterEach
    public fun closeSuite() {
        suite.close()
    }

    /** One test for each case, in a container for each group; or one test that writes the file. */
    @TestFactory
    public fun everyCaseEndsAsExpected(): List<DynamicNode> =
        if (isUpdate) {
            listOf(dynamicTest("writes ${expectedResults()}") { update() })
        } else {
            val expected = read()
            cases().groupBy { it.group }.map { (group, cases) ->
                dynamicContainer("${group.number} ${group.title}", cases.map { testOf(it, expected) })
            }
        }

    /** The file has one line for each case and no other. */
    @Test
    public fun theExpectedResultsNameEachCase() {
        if (!isUpdate) assertEquals(emptyList<String>(), read().differencesOf(cases()))
    }

    private fun testOf(
        case: ConformanceCase,
        expected: ExpectedResults,
    ) = dynamicTest("${case.id} ${case.title}") {
        val result = suite.run(case)
        expected.differenceOf(result)?.let { throw AssertionError("$it\n${result.detail}\n$HOW_TO_UPDATE") }
    }

    private fun update() {
        val results = ExpectedResults.of(cases().map(suite::run))
        expectedResults().toAbsolutePath().parent.let(Files::createDirectories)
        Files.writeString(expectedResults(), results.toText(HEADLINE))
    }

    private fun read(): ExpectedResults =
        if (Files.exists(expectedResults())) {
            ExpectedResults.parse(Files.readString(expectedResults()))
        } else {
            throw AssertionError("${expectedResults()} is missing: $HOW_TO_UPDATE")
        }

    private companion object {
        val isUpdate = System.getProperty("conformance.update").toBoolean()
        const val HEADLINE = "Expected results of the conformance cases, written with -Dconformance.update=true"
        const val HOW_TO_UPDATE = "write the file anew with -Dconformance.update=true and read the difference"
    }
}
