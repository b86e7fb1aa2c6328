package io.github.belay.testing.conformance

/** How a case ended. */
public enum class ConformanceVerdict(
    /** The word for it in a file of expected results. */
    public val word: String,
) {
    /** As the rule demands. */
    PASS("pass"),

    /** Otherwise than expected, where the RFC leaves a choice. */
    INFORMATIONAL("informational"),

    /** Against the rule. */
    FAIL("fail"),

    /** Not tried: the subject does not speak what the case needs. */
    UNSUPPORTED("unsupported"),
}

/** The result of one case. */
public class ConformanceResult internal constructor(
    /** The case. */
    public val case: ConformanceCase,
    /** In a word. */
    public val verdict: ConformanceVerdict,
    /** What happened instead, in words that are the same at each run; empty for a pass and what is unsupported. */
    public val what: String = "",
    /** All that was seen, for who wants to know why. Differs from run to run. */
    public val detail: String = "",
) {
    /** The line of a file of expected results, without the id. */
    internal val line: String get() = if (what.isEmpty()) verdict.word else "${verdict.word} $what"

    override fun toString(): String = "${case.id} $line"
}
