package io.github.belay.examples.demo

import java.io.ByteArrayOutputStream
import java.io.PrintStream

/** What was printed, as text. */
internal class Printed {
    private val bytes = ByteArrayOutputStream()

    val stream = PrintStream(bytes, true, Charsets.UTF_8)

    fun text(): String = bytes.toString(Charsets.UTF_8)

    fun lines(): List<String> = text().lines().filter(String::isNotEmpty)
}

/** A screen, and what it shows. */
internal class PrintedScreen(
    canRedraw: Boolean = false,
) {
    private val printed = Printed()

    val screen = Screen(printed.stream, canRedraw)

    fun text(): String = printed.text()

    fun lines(): List<String> = printed.lines()
}
