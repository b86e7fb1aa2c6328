package io.github.belay.examples.demo

import java.io.Console
import java.io.PrintStream

/**
 * Shows a block of lines in place on a terminal that can redraw, and single plain lines on everything else (a pipe, a
 * file, `TERM=dumb`).
 */
internal class Screen(
    private val out: PrintStream,
    private val canRedraw: Boolean,
) {
    private var shown = 0

    /** Replaces the block by what [block] yields; without redraw prints what [plain] yields instead. */
    @Synchronized
    fun show(
        block: () -> List<String>,
        plain: () -> String,
    ) {
        if (!canRedraw) return out.println(plain())
        val lines = block()
        erase()
        lines.forEach(out::println)
        out.flush()
        shown = lines.size
    }

    /** Prints [line] for good, above the block. */
    @Synchronized
    fun note(line: String) {
        if (canRedraw) erase()
        out.println(line)
    }

    private fun erase() {
        if (shown > 0) out.print("\u001B[${shown}A\u001B[J")
        shown = 0
    }

    companion object {
        /** A screen on standard output. */
        fun standard(): Screen {
            val term = System.getenv("TERM").orEmpty()
            return Screen(System.out, canRedraw = isTerminal() && term.isNotEmpty() && term != "dumb")
        }

        /** Before JDK 22 there is a console only on a terminal; since then the console knows whether it is on one. */
        private fun isTerminal(): Boolean {
            val console = System.console() ?: return false
            val asked = Console::class.java.methods.find { it.name == "isTerminal" }
            return asked == null || asked.invoke(console) == true
        }
    }
}
