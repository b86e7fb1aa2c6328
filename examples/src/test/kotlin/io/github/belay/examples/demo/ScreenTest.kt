package io.github.belay.examples.demo

import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test

class ScreenTest {
    @Test
    fun drawsABlockOverTheOneBefore() {
        val terminal = PrintedScreen(canRedraw = true)
        terminal.screen.show({ listOf("a", "b") }, { "plain" })
        terminal.screen.show({ listOf("c") }, { "plain" })
        terminal.screen.show({ listOf("d") }, { "plain" })
        terminal.text() shouldBe "a\nb\n${up(2)}c\n${up(1)}d\n"
    }

    @Test
    fun keepsANoteWhereTheBlockWas() {
        val terminal = PrintedScreen(canRedraw = true)
        terminal.screen.show({ listOf("a", "b") }, { "plain" })
        terminal.screen.note("note")
        terminal.screen.show({ listOf("c") }, { "plain" })
        terminal.text() shouldBe "a\nb\n${up(2)}note\nc\n"
    }

    @Test
    fun printsPlainLinesWhereNothingCanBeRedrawn() {
        val pipe = PrintedScreen(canRedraw = false)
        pipe.screen.show({ listOf("a", "b") }, { "plain" })
        pipe.screen.note("note")
        pipe.screen.show({ listOf("c") }, { "plain" })
        pipe.text() shouldBe "plain\nnote\nplain\n"
    }

    /** Up [lines] lines, and everything from there on erased. */
    private fun up(lines: Int): String = "\u001B[${lines}A\u001B[J"
}
