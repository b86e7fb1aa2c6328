package io.github.belay.benchmarks.driver

import io.github.belay.benchmarks.subject.Subjects
import io.github.belay.benchmarks.workload.Kind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.shouldBe

private fun plan(vararg words: String) = BenchArgs.parse(words.toList()).plan()

class BenchArgsSpec :
    FunSpec({
        test("without arguments everything is measured, in five rounds") {
            plan().workloads shouldBe Workloads.all
            plan().subjects shouldBe Subjects.entries
            plan().rounds shouldBe 5
        }

        test("a quick run has three rounds, and no ten thousand connections") {
            plan("--quick").rounds shouldBe 3
            plan("--quick").workloads shouldNotContain Workloads.connections10000
        }

        test("workloads are chosen by parts of their names, subjects by theirs") {
            plan("--workloads", "64 in flight of,ROUND TRIP").workloads shouldContainExactly
                listOf(Workloads.roundTrip, Workloads.inFlight64, Workloads.secureRoundTrip)
            plan("--subjects", "okhttp,bare").subjects.map { it.name } shouldContainExactly listOf("okhttp", "bare")
        }

        test("no name has a comma in it, and each is its own") {
            Workloads.all.filter { ',' in it.name } shouldHaveSize 0
            Workloads.all.map { it.name }.distinct() shouldHaveSize Workloads.all.size
        }

        test("refuses what it does not know") {
            for (wrong in listOf(
                listOf("--fast"),
                listOf("--fast", "1"),
                listOf("--rounds"),
                listOf("--rounds", "0"),
                listOf("--seed", "x"),
            )) {
                shouldThrow<IllegalArgumentException> { BenchArgs.parse(wrong) }
            }
            shouldThrow<IllegalArgumentException> { plan("--subjects", "nobody") }
            shouldThrow<IllegalArgumentException> { plan("--workloads", "nothing like it") }
        }

        test("the same seed gives the same turns, and other rounds other ones") {
            fun turns(seed: String) =
                plan("--seed", seed).let { plan -> List(3) { plan.shuffled(Workloads.ingestBytes).map { it.name } } }
            turns("1") shouldBe turns("1")
            turns("1") shouldHaveSize 3
            (turns("1").toSet().size > 1) shouldBe true
        }

        test("a warm-up grows to the wanted time, by no more than eight at once and within what a subject bears") {
            val plan = plan()
            val ktor = Subjects.find(Subjects.KTOR_RAW)
            val bare = Subjects.find(Subjects.BARE)
            plan.nextCount(Workloads.roundTrip, bare, count = 1_000, seconds = 0.25) shouldBe 2_000
            plan.nextCount(Workloads.roundTrip, bare, count = 1_000, seconds = 1.0) shouldBe 500
            plan.nextCount(Workloads.roundTrip, bare, count = 1_000, seconds = 0.0) shouldBe 8_000
            plan.nextCount(Workloads.sendFromLibrary, ktor, count = 1_000_000, seconds = 0.1) shouldBe 1_000_000
        }

        test("a warm-up lasts as long as it should, longer for a run that is still short, and not for ever") {
            val plan = plan()

            fun isWarm(
                lastRunSeconds: Double,
                spentSeconds: Double,
            ) = plan.isWarm(Workloads.roundTrip, lastRunSeconds, spentSeconds)
            isWarm(lastRunSeconds = 0.5, spentSeconds = 2.0) shouldBe false
            isWarm(lastRunSeconds = 0.5, spentSeconds = 2.6) shouldBe true
            isWarm(lastRunSeconds = 0.1, spentSeconds = 2.6) shouldBe false
            isWarm(lastRunSeconds = 0.1, spentSeconds = 7.6) shouldBe true
        }

        test("only who has requests is asked, and threads are spared ten thousand connections") {
            plan().subjectsAt(Workloads.askIdle).all { it.asks } shouldBe true
            plan().subjectsAt(Workloads.connections10000).map { it.name } shouldNotContain Subjects.OKHTTP
            plan().workloads.filter { it.kind == Kind.CONNECTIONS } shouldHaveSize 4
        }
    })
