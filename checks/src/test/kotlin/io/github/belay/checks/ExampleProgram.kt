package io.github.belay.checks

import java.util.concurrent.TimeUnit

private val KOTLIN_MAIN = Regex("""^(?:public )?(?:suspend )?fun main\(""", RegexOption.MULTILINE)
private val JAVA_MAIN = Regex("""\bpublic static void main\(""")
private val PRINTS = Regex("""^// prints:\n((?://.*\n?)*)""", RegexOption.MULTILINE)
private val NOT_RUN = Regex("""^// not run by the build: (\S.*)$""", RegexOption.MULTILINE)
private const val TIMEOUT_SECONDS = 30L

/** An example that is a program, with what it says of itself that it prints. */
internal class ExampleProgram(
    private val source: SourceFile,
) {
    val path: String get() = source.path

    /** The lines of the closing comment `// prints:`, or null when the example has none. */
    val expectedOutput: String? =
        PRINTS.find(source.text)?.run {
            groupValues[1].lines().filter(String::isNotEmpty).joinToString("") { it.removePrefix("//").trim() + "\n" }
        }

    /** Why the build does not run the example, in the words of the example, or null when it is to be run. */
    val reasonNotToRun: String? = NOT_RUN.find(source.text)?.groupValues?.get(1)

    private val mainClass: String
        get() {
            val file = path.substringAfterLast('/')
            return source.packageName + "." + file.removeSuffix(".java").replace(".kt", "Kt")
        }

    /** Runs the program in a JVM of its own, as a user would, and gives what it printed. */
    fun run(): String {
        val java =
            ProcessHandle
                .current()
                .info()
                .command()
                .orElse("java")
        val output =
            kotlin.io.path
                .createTempFile("example")
                .toFile()
                .apply { deleteOnExit() }
        val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val process =
            ProcessBuilder(java, "-cp", classPath, mainClass)
                .redirectOutput(output)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly()
            error("$mainClass still runs after $TIMEOUT_SECONDS s, having printed:\n${output.readText()}")
        }
        check(process.exitValue() == 0) {
            "$mainClass ended with ${process.exitValue()}, having printed:\n${output.readText()}"
        }
        return output.readText()
    }

    companion object {
        fun isProgram(source: SourceFile): Boolean =
            KOTLIN_MAIN.containsMatchIn(source.code) || JAVA_MAIN.containsMatchIn(source.code)
    }
}
