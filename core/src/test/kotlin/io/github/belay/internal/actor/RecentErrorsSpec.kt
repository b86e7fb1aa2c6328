package io.github.belay.internal.actor

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlin.time.Duration

private fun textOf(written: String): String {
    val errors = RecentErrors()
    errors.add(Duration.ZERO, "server", null, written)
    return errors.list(Duration.ZERO).single().text
}

class RecentErrorsSpec :
    FunSpec({
        test("a text of 1024 bytes is kept whole, and a longer one cut to that") {
            textOf("x".repeat(1024)) shouldBe "x".repeat(1024)
            textOf("x".repeat(1025)) shouldBe "x".repeat(1024)
            textOf("") shouldBe ""
        }

        test("no character is cut in two, whatever its length") {
            textOf("é".repeat(513)) shouldBe "é".repeat(512)
            textOf("x" + "é".repeat(512)) shouldBe "x" + "é".repeat(511)
            textOf("€".repeat(342)) shouldBe "€".repeat(341)
            textOf("x".repeat(1021) + "😀") shouldBe "x".repeat(1021)
            textOf("x".repeat(1020) + "😀") shouldBe "x".repeat(1020) + "😀"
        }

        test("without room nothing is kept") {
            val errors = RecentErrors(capacity = 0)
            errors.add(Duration.ZERO, "server", null, "x")
            errors.list(Duration.ZERO).shouldBeEmpty()
        }
    })
