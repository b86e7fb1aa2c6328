package io.github.belay.testing.conformance

/**
 * What is known of one transport: a line for each case, `<id> pass`, `<id> informational <what happens>`,
 * `<id> fail <what happens>` or `<id> unsupported`. Lines that begin with `#` are for people.
 */
public class ExpectedResults private constructor(
    private val lines: Map<String, String>,
) {
    /** Null if [result] is what is expected of its case, else the difference in a sentence that names the case. */
    public fun differenceOf(result: ConformanceResult): String? {
        val expected = lines[result.case.id]
        return when {
            expected == result.line -> null
            expected == null -> "case ${result.case} has no expected result, and was: ${result.line}"
            else -> "case ${result.case} must be: $expected; but was: ${result.line}"
        }
    }

    /** Ids that [cases] do not have, and ids of [cases] that have no line here, each in a sentence. Empty if all is well. */
    public fun differencesOf(cases: List<ConformanceCase>): List<String> {
        val ids = cases.map { it.id }.toSet()
        return (lines.keys - ids).map { "there is no case $it" } +
            (ids - lines.keys).map { "case $it has no expected result" }
    }

    /** What is expected of [case], without its id; null if nothing is. */
    public fun lineOf(case: ConformanceCase): String? = lines[case.id]

    /** The file that says this, with [headline] as its first line. */
    public fun toText(headline: String): String =
        lines.entries.joinToString("\n", prefix = "# $headline\n", postfix = "\n") { (id, line) -> "$id $line" }

    /** Reads and makes them. */
    public companion object {
        /** What [text] says. Throws [IllegalArgumentException] for a line that is none or an id that comes twice. */
        @JvmStatic
        public fun parse(text: String): ExpectedResults {
            val words = ConformanceVerdict.entries.map { it.word }
            val lines = LinkedHashMap<String, String>()
            for (line in text.lines().map(String::trim)) {
                if (line.isEmpty() || line.startsWith('#')) continue
                val id = line.substringBefore(' ')
                val rest = line.substringAfter(' ', "")
                require(rest.substringBefore(' ') in words) { "a line must be an id and one of $words but was $line" }
                require(lines.put(id, rest) == null) { "a case must have one line but $id has two" }
            }
            return ExpectedResults(lines)
        }

        /** Expects that [results] come again. */
        @JvmStatic
        public fun of(results: List<ConformanceResult>): ExpectedResults =
            ExpectedResults(results.associate { it.case.id to it.line })
    }
}
