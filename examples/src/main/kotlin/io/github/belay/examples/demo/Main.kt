package io.github.belay.examples.demo

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import java.io.PrintStream
import kotlin.system.exitProcess

/** The demo: keeps a connection through everything a network can do to it. */
fun main(args: Array<String>) {
    exitProcess(demo(args.toList(), Screen.standard(), System.err))
}

/**
 * Runs what [args] ask for, and returns the exit code: 0 if nothing is left unexplained, 1 if something is or the
 * connection did not hold, 2 with one line on [errors] for arguments that cannot be used.
 */
internal fun demo(
    args: List<String>,
    screen: Screen,
    errors: PrintStream,
): Int {
    if ("--help" in args) {
        screen.note(DemoArgs.USAGE)
        return FINE
    }
    val parsed =
        try {
            DemoArgs.parse(args)
        } catch (wrong: IllegalArgumentException) {
            errors.println("demo: ${wrong.message} (see ./demo --help)")
            return USAGE_ERROR
        }
    val isFine =
        runBlocking(Dispatchers.Default) {
            when (parsed) {
                is DemoArgs.Market -> MarketDemo(parsed.duration, screen).run()
                is DemoArgs.Endpoint -> EndpointDemo(parsed, screen).run()
            }
        }
    return if (isFine) FINE else FAILED
}

private const val FINE = 0
private const val FAILED = 1
private const val USAGE_ERROR = 2

// not run by the build: it takes 20 seconds; the module's own DemoTest runs it with a shorter schedule
