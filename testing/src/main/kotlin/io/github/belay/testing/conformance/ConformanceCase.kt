package io.github.belay.testing.conformance

/** One rule of RFC 6455 or RFC 7692 and a server's side of a conversation that shows whether a client keeps it. */
public class ConformanceCase internal constructor(
    /** Where it belongs. */
    public val group: ConformanceGroup,
    /** Its number, such as `5.3`. It never changes its meaning: new cases go to the end of their group. */
    public val id: String,
    /** The rule, in one line. */
    public val title: String,
    /** Where the rule stands. */
    public val section: String,
    /** True if the RFC leaves a choice here: whoever does otherwise than expected is wrong by no rule. */
    public val isOpen: Boolean,
    /** What has to be negotiated; null for a case without compression. */
    public val deflate: DeflateOffer?,
    private val script: ScriptBuilder.() -> Unit,
) {
    /** Made afresh for each run, since some have many megabytes. */
    internal fun newScript(): Script = ScriptBuilder(deflate).apply(script).build()

    override fun toString(): String = "$id $title ($section)"
}

/** Writes down the cases of one group, which get their numbers in the order in which they come. */
internal class CaseList(
    private val group: ConformanceGroup,
    private val defaultSection: String,
) {
    private val cases = ArrayList<ConformanceCase>()

    fun case(
        title: String,
        section: String = defaultSection,
        deflate: DeflateOffer? = null,
        isOpen: Boolean = false,
        script: ScriptBuilder.() -> Unit,
    ) {
        cases +=
            ConformanceCase(group, "${group.number}.${cases.size + 1}", title, section, isOpen, deflate, script)
    }

    fun toList(): List<ConformanceCase> = cases.toList()
}

/** The cases that [write] writes down; [section] is the place of those that name none. */
internal fun casesOf(
    group: ConformanceGroup,
    section: String,
    write: CaseList.() -> Unit,
): List<ConformanceCase> = CaseList(group, section).apply(write).toList()
