package io.github.belay.checks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly

/** Packages that a user may import and that stand below the doors. */
private val belowTheDoors =
    mapOf(
        "frame" to setOf(),
        "codec" to setOf("frame"),
        "transport" to setOf("frame"),
        "ingress" to setOf("frame"),
        "endpoint" to setOf("frame", "lifecycle", "request", "subscription", "continuity"),
        "subscription" to setOf("frame"),
        "request" to setOf("frame"),
        "outbound" to setOf(),
        "lifecycle" to setOf("frame"),
        "policy" to setOf("lifecycle", "frame"),
        "continuity" to setOf("lifecycle", "frame"),
        "observe" to setOf("lifecycle", "continuity", "outbound", "frame"),
    )

/** Internal packages, each with the internal packages it may use beside every public one below the doors and the root. */
private val internals =
    mapOf(
        "machine" to setOf(),
        "reconcile" to setOf("outbound"),
        "delivery" to setOf(),
        "outbound" to setOf(),
        "reader" to setOf("delivery", "outbound", "session"),
        "writer" to setOf("outbound"),
        "session" to setOf("machine", "reader", "writer", "delivery", "outbound"),
        "actor" to setOf("machine", "reconcile", "session", "reader", "writer", "delivery", "outbound"),
        "shard" to setOf(),
        "events" to setOf(),
    )

private val public = belowTheDoors.keys + ""

private val table: Map<String, Set<String>> =
    belowTheDoors +
        mapOf(
            "" to belowTheDoors.keys + internals.keys.minus(setOf("shard", "events")).map { "internal.$it" },
            "shard" to public + "internal.shard",
            "events" to public + "internal.events",
        ) +
        internals.map { (name, others) -> "internal.$name" to public + others.map { "internal.$it" } } +
        mapOf(
            "internal.shard" to public + "shard",
            "internal.events" to public + "events",
        )

/** What decides must not suspend, log, read a clock, draw randomness or touch a socket. */
private val purePackages = setOf("io.github.belay.internal.machine", "io.github.belay.internal.reconcile")
private val impure =
    Regex(
        """\bsuspend\b|kotlinx\.coroutines|java\.time|org\.slf4j|java\.io|java\.net|java\.nio|kotlin\.random""" +
            """|kotlin\.time\.(TimeSource|Clock|TimeMark)""",
    )

private fun impurities(sources: List<SourceFile>): List<String> =
    sources
        .filter { it.packageName in purePackages }
        .flatMap { source ->
            impure.findAll(source.code).map { "${source.place(it.range.first)}: ${it.value} in a pure package" }
        }

private fun usesOfInternals(sources: List<SourceFile>): List<String> =
    sources.flatMap { source ->
        qualifiedNames(source)
            .filter { it.value.startsWith("io.github.belay.internal.") }
            .map { "${source.place(it.range.first)}: only core may use ${it.value}" }
    }

class ImportRulesSpec :
    FunSpec({
        val rules = ImportRules(table)

        test("each package of core uses only packages that the table allows it") {
            rules.violations(Repository.mainSources("core")).shouldReportNothing()
        }

        test("no module but core uses the internal packages of core") {
            Repository.modules
                .minus("core")
                .flatMap { usesOfInternals(Repository.mainSources(it) + Repository.testSources(it)) }
                .shouldReportNothing()
        }

        test("the packages that decide are pure") {
            impurities(Repository.mainSources("core")).shouldReportNothing()
        }

        context("the check itself") {
            fun source(text: String) = SourceFile("A.kt", text.trimIndent())

            test("reports a forbidden import with its line") {
                val source = source("package io.github.belay.frame\n\nimport io.github.belay.transport.WsTransport")
                rules.violations(listOf(source)).shouldContainExactly(
                    "A.kt:3: frame may not use transport (io.github.belay.transport.WsTransport)",
                )
            }

            test("reports a forbidden use by full name") {
                val source = source("package io.github.belay.codec\nval a = io.github.belay.internal.machine.next()")
                rules.violations(listOf(source)).shouldContainExactly(
                    "A.kt:2: codec may not use internal.machine (io.github.belay.internal.machine.next)",
                )
            }

            test("reports a package that the table does not know") {
                rules.violations(listOf(source("package io.github.belay.util"))).shouldContainExactly(
                    "A.kt:1: package util is not in the table",
                )
            }

            test("lets the root package use a public package and an internal one, but no shards") {
                val source =
                    source(
                        """
                        package io.github.belay
                        import io.github.belay.frame.WsFrame
                        import io.github.belay.internal.actor.Actor
                        import io.github.belay.shard.ShardManager
                        """,
                    )
                rules.violations(listOf(source)).shouldContainExactly(
                    "A.kt:4: the root package may not use shard (io.github.belay.shard.ShardManager)",
                )
            }

            test("does not mind a name in a comment") {
                val source =
                    source("package io.github.belay.frame\n/** See [io.github.belay.transport.WsTransport]. */")
                rules.violations(listOf(source)).shouldBeEmpty()
            }

            test("reports a suspend function in a package that decides") {
                val source = source("package io.github.belay.internal.machine\n\nsuspend fun next() = Unit")
                impurities(listOf(source)).shouldContainExactly("A.kt:3: suspend in a pure package")
            }

            test("reports another module that reaches into core") {
                val source = source("package io.github.belay.ktor\nimport io.github.belay.internal.reader.Reader")
                usesOfInternals(listOf(source)).shouldContainExactly(
                    "A.kt:2: only core may use io.github.belay.internal.reader.Reader",
                )
            }
        }
    })
