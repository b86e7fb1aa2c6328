package io.github.belay.examples.demo

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlin.system.exitProcess

/** The demo: keeps a connection through everything a network can do to it. Exits 0 if nothing is left unexplained. */
fun main(args: Array<String>) {
    if (args.any { it == "--help" }) return println(DemoArgs.USAGE)
    val parsed =
        try {
            DemoArgs.parse(args.toList())
        } catch (wrong: IllegalArgumentException) {
            System.err.println("demo: ${wrong.message} (see ./demo --help)")
            exitProcess(USAGE_ERROR)
        }
    val screen = Screen.standard()
    val fine =
        runBlocking(Dispatchers.Default) {
            when (parsed) {
                is DemoArgs.Market -> MarketDemo(parsed.duration, screen).run()
                is DemoArgs.Endpoint -> EndpointDemo(parsed, screen).run()
            }
        }
    exitProcess(if (fine) 0 else 1)
}

private const val USAGE_ERROR = 2

// not run by the build: it takes 20 seconds; the module's own DemoTest runs it with a shorter schedule
