package io.github.belay.testing.conformance

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.shouldBe

class ConformanceCasesSpec :
    FunSpec({
        test("517 cases stand in their groups, numbered from 1") {
            val sizes = listOf(16, 11, 7, 10, 20, 145, 37, 54, 1, 90, 126)
            ConformanceGroup.entries.map { ConformanceCases.of(it).size } shouldBe sizes
            ConformanceGroup.entries.flatMap { group ->
                (1..ConformanceCases.of(group).size).map { "${group.number}.$it" }
            } shouldBe
                ConformanceCases.all().map { it.id }
        }

        test("each case has a title of its own, in one line, and a section") {
            val cases = ConformanceCases.all()
            cases.map { "${it.group} ${it.title}" }.shouldBeUnique()
            cases
                .filter {
                    '\n' in it.title ||
                        !it.section.matches(
                            Regex("RFC (6455|7692) section [0-9.]+"),
                        )
                }.shouldBeEmpty()
        }

        test("compression is asked for in the groups about compression and nowhere else") {
            val compressed = setOf(ConformanceGroup.DEFLATE, ConformanceGroup.DEFLATE_PARAMETERS)
            ConformanceCases.all().filter { (it.deflate != null) != (it.group in compressed) }.shouldBeEmpty()
        }

        test("a case is found by its id") {
            ConformanceCases.byId("5.3").title shouldBe "a Close must not be fragmented"
            shouldThrow<IllegalArgumentException> { ConformanceCases.byId("8.1") }
        }
    })
