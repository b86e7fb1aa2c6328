package io.github.belay.testing.conformance

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

class ExpectedResultsSpec :
    FunSpec({
        fun result(
            id: String,
            verdict: ConformanceVerdict,
            what: String = "",
        ) = ConformanceResult(ConformanceCases.byId(id), verdict, what)

        val expected =
            ExpectedResults.parse(
                "# for people\n1.1 pass\n1.2 fail nothing came\n\n12.1 unsupported\n6.140 informational late\n",
            )

        test("what is expected is no difference") {
            expected.differenceOf(result("1.1", ConformanceVerdict.PASS)) shouldBe null
            expected.differenceOf(result("1.2", ConformanceVerdict.FAIL, "nothing came")) shouldBe null
            expected.differenceOf(result("12.1", ConformanceVerdict.UNSUPPORTED)) shouldBe null
            expected.differenceOf(result("6.140", ConformanceVerdict.INFORMATIONAL, "late")) shouldBe null
        }

        test("a failure that was not expected is a difference that names the case") {
            expected.differenceOf(result("1.1", ConformanceVerdict.FAIL, "nothing came")) shouldBe
                "case 1.1 text of 0 bytes comes whole and goes back in the shortest form (RFC 6455 section 5.2) " +
                "must be: pass; but was: fail nothing came"
        }

        test("a pass that was not expected is a difference, and so is another failure") {
            (expected.differenceOf(result("1.2", ConformanceVerdict.PASS)) != null) shouldBe true
            (expected.differenceOf(result("1.2", ConformanceVerdict.FAIL, "something came")) != null) shouldBe true
        }

        test("a case without a line is a difference, and a line without a case") {
            val cases = listOf("1.1", "1.2", "1.3").map(ConformanceCases::byId)
            ExpectedResults.parse("1.1 pass\n1.2 pass\n0.1 pass").differencesOf(cases).shouldContainExactly(
                "there is no case 0.1",
                "case 1.3 has no expected result",
            )
            (expected.differenceOf(result("1.3", ConformanceVerdict.PASS)) != null) shouldBe true
        }

        test("what is written is read again") {
            val results =
                listOf(result("1.1", ConformanceVerdict.PASS), result("1.2", ConformanceVerdict.FAIL, "nothing came"))
            val read = ExpectedResults.parse(ExpectedResults.of(results).toText("a headline"))
            results.mapNotNull(read::differenceOf).shouldBeEmpty()
            read.toText("a headline") shouldBe "# a headline\n1.1 pass\n1.2 fail nothing came\n"
        }

        test("the line of a case is without its id") {
            expected.lineOf(ConformanceCases.byId("1.2")) shouldBe "fail nothing came"
            expected.lineOf(ConformanceCases.byId("1.3")) shouldBe null
        }

        test("a line that says nothing, and an id that comes twice, are refused") {
            shouldThrow<IllegalArgumentException> { ExpectedResults.parse("1.1 perhaps") }
            shouldThrow<IllegalArgumentException> { ExpectedResults.parse("1.1") }
            shouldThrow<IllegalArgumentException> { ExpectedResults.parse("1.1 pass\n1.1 pass") }
        }
    })
