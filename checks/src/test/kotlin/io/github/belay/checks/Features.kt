package io.github.belay.checks

/** A line of the feature list: what is promised, whether it is kept, and the tests that show it. */
internal class Feature(
    val id: String,
    val status: String,
    val tests: List<String>,
)

private val ROW_START = Regex("""^\| (F\d+) """)
private val ROW = Regex("""^\| (F\d+) \| [^|]+ \| ([^|]+) \|([^|]*)\|$""")
private val DEFECT = Regex("""^\| ([A-Z]+D-\d+) \| [^|]+ \|([^|]*)\|$""")
private val SUPERCLASS = Regex("""\bclass\s+\w+[^:{]*:\s*(\w+)\(""")
private val CLASS_NAME = Regex("""[a-z][\w.]*\.[A-Z]\w*""")

/** The rows of the table, in their order. A line that begins like a row and is not one has the status "malformed". */
internal fun featuresIn(markdown: String): List<Feature> =
    markdown.lines().filter(ROW_START::containsMatchIn).map { line ->
        val cells = ROW.find(line)?.groupValues
        Feature(
            id =
                ROW_START
                    .find(line)
                    ?.groupValues
                    ?.get(1)
                    .orEmpty(),
            status = cells?.get(2) ?: "malformed",
            tests = testsIn(cells?.get(3).orEmpty()),
        )
    }

/** The defects that a table says are not there: each is a promise that tests have to keep. */
internal fun defectsIn(markdown: String): List<Feature> =
    markdown.lines().mapNotNull(DEFECT::find).map { row ->
        val (id, tests) = row.destructured
        Feature(id, status = "done", testsIn(tests))
    }

private fun testsIn(cell: String): List<String> = cell.split(';').map(String::trim).filter(String::isNotEmpty)

/** Compares the feature list with the tests that stand in [testSources]. */
internal class FeatureRules(
    testSources: List<SourceFile>,
    private val count: Int,
) {
    private val sourceByClass = testSources.associateBy { "${it.packageName}.${it.path.fileName()}" }

    fun violations(features: List<Feature>): List<String> = orderViolations(features) + rowViolations(features)

    fun rowViolations(features: List<Feature>): List<String> = features.flatMap(::rowViolations)

    private fun orderViolations(features: List<Feature>): List<String> {
        val expected = (1..count).map { "F$it" }
        val actual = features.map { it.id }
        val first = expected.zip(actual).firstOrNull { (want, have) -> want != have }
        return when {
            first != null -> listOf("${first.second} stands where ${first.first} is expected")
            actual.size != expected.size -> listOf("${actual.size} rows, expected ${expected.size}")
            else -> emptyList()
        }
    }

    private fun rowViolations(feature: Feature): List<String> {
        val form =
            when {
                feature.status !in setOf("done", "open") -> "the status is neither done nor open: ${feature.status}"
                feature.status == "done" && feature.tests.isEmpty() -> "done without a test"
                else -> null
            }
        return (listOfNotNull(form) + feature.tests.mapNotNull(::missing)).map { "${feature.id}: $it" }
    }

    /** Why the test that [reference] (`class: name`) names cannot be found, or null when it is there. */
    private fun missing(reference: String): String? {
        val className = reference.substringBefore(": ", "")
        val testName = reference.substringAfter(": ", "")
        val source = sourceByClass[className]
        return when {
            !CLASS_NAME.matches(className) || testName.isBlank() -> "not of the form class: name: $reference"
            source == null -> "no such test class: $className"
            !declaresOrInherits(source, testName) -> "no such test in $className: $testName"
            else -> null
        }
    }

    /** The tests of a class that extends another of the test sources are that one's too. */
    private fun declaresOrInherits(
        source: SourceFile,
        testName: String,
    ): Boolean {
        if (declares(source, testName)) return true
        val parent = SUPERCLASS.find(source.code)?.groupValues?.get(1) ?: return false
        return sourceByClass.any { (name, code) -> name.endsWith(".$parent") && declaresOrInherits(code, testName) }
    }

    /** A test of Kotest by its name, or a method that JUnit runs: one of its annotations, and no other method between. */
    private fun declares(
        source: SourceFile,
        testName: String,
    ): Boolean {
        val name = Regex.escape(testName)
        val kotest = Regex("""\b(test|context)\(\s*"$name"""")
        val annotation = """@(Test|TestFactory|ParameterizedTest|RepeatedTest|FuzzTest)\b"""
        val method = Regex("""$annotation((?!\b(fun|void)\b)[\s\S])*\b(fun|void)\s+`?$name`?\s*\(""")
        return kotest.containsMatchIn(source.withoutComments) || method.containsMatchIn(source.code)
    }

    private fun String.fileName(): String = substringAfterLast('/').substringBeforeLast('.')
}
