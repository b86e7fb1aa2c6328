package io.github.belay.checks

private const val BASE = "io.github.belay"
private val QUALIFIED_NAME = Regex("""(?<![\w.])io\.github\.belay(?:\.\w+)+""")
private val PACKAGE_LINE = Regex("""^[ \t]*package[ \t].*$""", RegexOption.MULTILINE)

/**
 * Which package may use which: [table] maps each package, named without the base package and "" for the base package
 * itself, to those it may import. A package may always use itself. What is not in the table is not allowed.
 */
internal class ImportRules(
    private val table: Map<String, Set<String>>,
) {
    /** One line per forbidden use and per package that the table does not know. */
    fun violations(sources: List<SourceFile>): List<String> = sources.flatMap { unknownPackage(it) + forbiddenUses(it) }

    private fun unknownPackage(source: SourceFile): List<String> {
        val from = source.packageName.removePrefix(BASE).removePrefix(".")
        return if (from in table) emptyList() else listOf("${source.path}:1: package $from is not in the table")
    }

    private fun forbiddenUses(source: SourceFile): List<String> {
        val from = source.packageName.removePrefix(BASE).removePrefix(".")
        val allowed = table[from].orEmpty() + from
        return qualifiedNames(source)
            .filter { owner(it.value) !in allowed }
            .map {
                "${source.place(
                    it.range.first,
                )}: ${shown(from)} may not use ${shown(owner(it.value))} (${it.value})"
            }.toList()
    }

    /** The package of the table that a qualified name belongs to: the longest that is a prefix of it. */
    private fun owner(qualifiedName: String): String {
        val name = qualifiedName.removePrefix("$BASE.")
        return table.keys
            .filter { name == it || name.startsWith("$it.") }
            .maxByOrNull { it.length }
            .orEmpty()
    }

    private fun shown(packageName: String): String = packageName.ifEmpty { "the root package" }
}

/** Every use of a name of the project by its full name, imports among them, the package line not. */
internal fun qualifiedNames(source: SourceFile): Sequence<MatchResult> {
    val code = source.code.replace(PACKAGE_LINE) { " ".repeat(it.value.length) }
    return QUALIFIED_NAME.findAll(code)
}
