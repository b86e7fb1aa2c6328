package io.github.belay.checks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize

private class Construct(
    val name: String,
    pattern: String,
    val why: String,
    val inComments: Boolean = false,
) {
    val regex = Regex(pattern)
}

/** What published code does without. */
private val inMainCode =
    listOf(
        Construct("Channel.UNLIMITED", """\bUNLIMITED\b""", "every queue is bounded"),
        Construct(
            "LinkedBlockingQueue()",
            """\bLinkedBlockingQueue\s*(<[^>]*>)?\s*\(\s*\)""",
            "every queue is bounded",
        ),
        Construct("GlobalScope", """\bGlobalScope\b""", "every coroutine has an owner that can end it"),
        Construct("runBlocking", """\brunBlocking\b""", "a thread of the caller is not ours to block"),
        Construct("Thread.sleep", """\bThread\.sleep\b""", "time is injected"),
        Construct("System.nanoTime", """\bSystem\.nanoTime\b""", "time is injected"),
        Construct("System.currentTimeMillis", """\bSystem\.currentTimeMillis\b""", "time is injected"),
        Construct("Random.Default", """\bRandom\.(Default|next)|\bMath\.random\b""", "randomness is injected"),
        Construct("println", """\bprint(ln)?\s*\(|\bSystem\.(out|err)\b""", "a library logs, it does not print"),
        Construct("public data class", """\bpublic\s+data\s+class\b""", "copy and componentN freeze the constructor"),
        Construct(
            "Java serialization",
            """\bObject(In|Out)putStream\b|\bSerializable\b|\b(read|write)Object\b""",
            "reading objects from bytes runs the code of whoever wrote them",
        ),
        Construct("TODO", """\b(TODO|FIXME)\b""", "what is not done is an issue, not a comment", inComments = true),
    )

/** What tests do without. */
private val inTests =
    listOf(
        Construct("Thread.sleep", """\bThread\.sleep\b""", "a test owns its time or waits for an event"),
        Construct("GlobalScope", """\bGlobalScope\b""", "a test ends what it starts"),
        Construct(
            "a test switched off",
            """@(Disabled|Ignored?)\b|\bx(test|context)\b|\benabled\s*=\s*false\b""",
            "a test that does not run shows nothing",
        ),
    )

/** A use that is right where it stands. [reason] says why, for the reader who wonders. */
private class Allowed(
    val path: String,
    val construct: String,
    val reason: String,
)

private val allowList: List<Allowed> =
    listOf(
        Allowed(
            "testing/src/main/kotlin/io/github/belay/testing/sim/SimulateMain.kt",
            "println",
            "a program for the command line: what it prints is what it is for",
        ),
    )

private fun uses(
    sources: List<SourceFile>,
    constructs: List<Construct>,
): List<Triple<SourceFile, Construct, Int>> =
    sources.flatMap { source ->
        constructs.flatMap { construct ->
            construct.regex
                .findAll(if (construct.inComments) source.text else source.code)
                .map { Triple(source, construct, it.range.first) }
        }
    }

private fun violations(
    sources: List<SourceFile>,
    constructs: List<Construct>,
    allowed: List<Allowed>,
): List<String> =
    uses(sources, constructs)
        .filterNot { (source, construct, _) ->
            allowed.any { it.path == source.path && it.construct == construct.name && it.reason.isNotBlank() }
        }.map { (source, construct, offset) -> "${source.place(offset)}: ${construct.name}: ${construct.why}" }

/** An entry that allows nothing any more would silently allow the next mistake in that file. */
private fun stale(
    sources: List<SourceFile>,
    allowed: List<Allowed>,
): List<String> {
    val used = uses(sources, inMainCode).map { (source, construct, _) -> source.path to construct.name }.toSet()
    return allowed.filter { it.path to it.construct !in used }.map { "${it.path}: ${it.construct} is not used there" }
}

class ForbiddenConstructsSpec :
    FunSpec({
        val mainSources = Repository.publishedModules.flatMap(Repository::mainSources)

        test("published code has no forbidden construct that the allow-list does not give a reason for") {
            violations(mainSources, inMainCode, allowList).shouldReportNothing()
        }

        test("tests do not sleep, leave nothing running and are not switched off") {
            val tests = Repository.modules.flatMap(Repository::testSources)
            violations(tests, inTests, emptyList()).shouldReportNothing()
        }

        test("every entry of the allow-list is needed") {
            stale(mainSources, allowList).shouldReportNothing()
        }

        context("the check itself") {
            fun found(text: String) = violations(listOf(SourceFile("A.kt", text)), inMainCode, emptyList())

            test("reports each construct") {
                val samples =
                    listOf(
                        "Channel<Int>(Channel.UNLIMITED)",
                        "LinkedBlockingQueue<Int>()",
                        "GlobalScope.launch {}",
                        "runBlocking {}",
                        "Thread.sleep(1)",
                        "System.nanoTime()",
                        "System.currentTimeMillis()",
                        "Random.Default.nextInt()",
                        "println(1)",
                        "public data class A(val b: Int)",
                        "ObjectInputStream(bytes)",
                        "// TODO",
                    )
                val names = samples.map { found(it).joinToString().split(": ")[1] }
                names.shouldContainExactly(inMainCode.map { it.name })
            }

            test("reports every way into Java serialization") {
                val ways =
                    listOf("ObjectOutputStream(x)", "class A : Serializable", "s.readObject()", "s.writeObject(x)")
                ways.flatMap(::found).shouldHaveSize(ways.size)
                found("private static final long serialVersionUID = 1L;").shouldBeEmpty()
            }

            test("reports a test that sleeps or is switched off") {
                val source =
                    SourceFile("A.kt", "Thread.sleep(1)\n@Disabled\nxtest(1) {}\ntest(1).config(enabled = false) {}")
                violations(listOf(source), inTests, emptyList()).map { it.substringBefore(": ") } shouldContainExactly
                    listOf("A.kt:1", "A.kt:2", "A.kt:3", "A.kt:4")
            }

            test("names file and line") {
                found("\n\nrunBlocking {}").shouldContainExactly(
                    "A.kt:3: runBlocking: a thread of the caller is not ours to block",
                )
            }

            test("does not mind a construct in a comment, nor a bounded queue") {
                found("// never runBlocking\nLinkedBlockingQueue<Int>(8)").shouldBeEmpty()
            }

            test("lets pass what the allow-list gives a reason for, and only that") {
                val source = SourceFile("A.kt", "println(1)\nrunBlocking {}")
                violations(
                    listOf(source),
                    inMainCode,
                    listOf(Allowed("A.kt", "println", "a program")),
                ).shouldContainExactly(
                    "A.kt:2: runBlocking: a thread of the caller is not ours to block",
                )
            }

            test("does not accept an entry without a reason") {
                val source = SourceFile("A.kt", "println(1)")
                violations(listOf(source), inMainCode, listOf(Allowed("A.kt", "println", " "))).shouldHaveSize(1)
            }

            test("reports an entry that is no longer needed") {
                stale(listOf(SourceFile("A.kt", "")), listOf(Allowed("A.kt", "println", "a program")))
                    .shouldContainExactly("A.kt: println is not used there")
            }
        }
    })
