package io.github.belay.checks

import java.io.File

/** A source file of the repository with what the checks ask of it. */
internal class SourceFile(
    /** Relative to the root of the repository, with forward slashes. */
    val path: String,
    val text: String,
) {
    private val language = if (path.endsWith(".java")) Language.JAVA else Language.KOTLIN

    /** The text with its comments blanked. */
    val withoutComments: String by lazy { SourceMask.withoutComments(text, language) }

    /** The text with comments and literals blanked. */
    val code: String by lazy { SourceMask.codeOnly(text, language) }

    val packageName: String by lazy {
        Regex("""^\s*package\s+([\w.]+)""", RegexOption.MULTILINE)
            .find(code)
            ?.groupValues
            ?.get(1)
            .orEmpty()
    }

    /** `path:line` of the character at [offset], as editors and terminals make it a link. */
    fun place(offset: Int): String = "$path:${text.substring(0, offset).count { it == '\n' } + 1}"
}

/** The checked-out repository that this build runs in. */
internal object Repository {
    /** Modules whose jars are published, in the order of the build. */
    val publishedModules = listOf("core", "testing", "ktor-transport", "netty-transport", "java-facade")

    val modules = publishedModules + listOf("examples", "benchmarks", "checks")

    val root = File(System.getProperty("repo.root"))

    /** True when the build was asked to rewrite what is generated instead of checking it. */
    val update: Boolean = System.getProperty("api.update").toBoolean()

    fun mainSources(module: String): List<SourceFile> = sources("$module/src/main")

    fun testSources(module: String): List<SourceFile> = sources("$module/src/test")

    /** What people read: Markdown at the root, of each module, and in `docs`. */
    fun documents(): List<File> =
        (listOf(root) + modules.map(root::resolve))
            .flatMap { it.listFiles().orEmpty().asList() }
            .plus(root.resolve("docs").walk())
            .filter { it.extension == "md" }
            .sortedBy(::pathOf)

    fun pathOf(file: File): String = file.relativeTo(root).invariantSeparatorsPath

    private fun sources(folder: String): List<SourceFile> =
        root
            .resolve(folder)
            .walk()
            .filter { it.isFile && it.extension in setOf("kt", "java") }
            .map { SourceFile(pathOf(it), it.readText()) }
            .sortedBy { it.path }
            .toList()
}
