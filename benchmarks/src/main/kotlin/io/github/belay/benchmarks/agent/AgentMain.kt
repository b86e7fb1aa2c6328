package io.github.belay.benchmarks.agent

import io.github.belay.benchmarks.subject.Subject
import io.github.belay.benchmarks.subject.Subjects
import io.github.belay.benchmarks.subject.Trust
import io.github.belay.benchmarks.workload.Task
import io.github.belay.benchmarks.workload.run
import kotlin.system.exitProcess

/**
 * An agent process: one subject in a JVM of its own. Arguments are the subject's name and the server's certificate. Says
 * `ready`, then answers each task on a line of standard input with a line `result …` or `failed …`; other lines are the
 * library's own words.
 */
fun main(arguments: Array<String>) {
    val (name, certificate) = arguments
    val subject = Subjects.find(name).make(Trust.parse(certificate))
    println("ready")
    while (true) {
        val line = readlnOrNull() ?: break
        println(answer(subject, line))
    }
    // Whatever threads the library leaves behind.
    exitProcess(0)
}

// Whatever goes wrong in a library is a result, too: the other subjects go on.
@Suppress("TooGenericExceptionCaught")
private fun answer(
    subject: Subject,
    line: String,
): String =
    try {
        "result ${run(subject, Task.decode(line)).encode()}"
    } catch (failure: Throwable) {
        System.err.println(failure.stackTraceToString())
        "failed $failure".lineSequence().first()
    }
