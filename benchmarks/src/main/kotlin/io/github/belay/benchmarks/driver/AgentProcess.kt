package io.github.belay.benchmarks.driver

import io.github.belay.benchmarks.workload.Measured
import io.github.belay.benchmarks.workload.Task
import java.io.File
import java.util.concurrent.ArrayBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** A JVM of its own with a line protocol. What it writes to standard error goes to a file. */
internal class Child(
    private val name: String,
    mainClass: String,
    arguments: List<String>,
    logs: File,
    jvmOptions: List<String>,
) : AutoCloseable {
    private val process =
        ProcessBuilder(listOf(java, *jvmOptions.toTypedArray(), "-cp", classPath, mainClass) + arguments)
            .redirectError(ProcessBuilder.Redirect.appendTo(logs.resolve("$name.log")))
            .start()
    private val lines = ArrayBlockingQueue<String>(MAX_LINES)

    val id: Long get() = process.pid()

    init {
        thread(isDaemon = true, name = "reads-$name") {
            process.inputStream.bufferedReader().forEachLine(lines::put)
            lines.put(GONE)
        }
    }

    fun say(line: String) =
        process.outputStream
            .writer()
            .apply { write("$line\n") }
            .flush()

    /** What stands behind the first of [words] that a line begins with. Throws [ChildException] if none comes. */
    fun await(
        seconds: Long,
        vararg words: String,
    ): Pair<String, String> {
        while (true) {
            val line =
                lines.poll(seconds, TimeUnit.SECONDS) ?: throw ChildException("$name says nothing for $seconds s")
            if (line == GONE) throw ChildException("$name died, see its log")
            val word = words.find { line == it || line.startsWith("$it ") } ?: continue
            return word to line.removePrefix(word).trim()
        }
    }

    override fun close() {
        runCatching { process.outputStream.close() }
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly()
    }

    fun kill() {
        process.destroyForcibly()
    }

    private companion object {
        const val MAX_LINES = 1024
        const val GONE = "\u0000gone"
        const val PATIENCE_SECONDS = 3L
        val java: String = File(System.getProperty("java.home"), "bin/java").path
        val classPath: String = System.getProperty("java.class.path")
    }
}

internal class ChildException(
    message: String,
) : Exception(message)

/** The server's process. */
internal class ServerProcess(
    logs: File,
) : AutoCloseable {
    private val child =
        Child("server", "io.github.belay.benchmarks.server.ServerMainKt", emptyList(), logs, listOf("-Xmx1g"))
    private val words = child.await(START_SECONDS, "ready").second.split(' ')
    val certificate: String = words[2]
    val id: Long get() = child.id

    fun address(isSecure: Boolean): String =
        if (isSecure) "wss://127.0.0.1:${words[1]}" else "ws://127.0.0.1:${words[0]}"

    override fun close() = child.close()

    private companion object {
        const val START_SECONDS = 30L
    }
}

/** A subject's process, which is started afresh when it hangs. */
internal class AgentProcess(
    private val subject: String,
    private val certificate: String,
    private val logs: File,
) : AutoCloseable {
    private var child = start()
    private var isReady = false
    val id: Long get() = child.id

    private fun start() =
        Child(subject, "io.github.belay.benchmarks.agent.AgentMainKt", listOf(subject, certificate), logs, JVM_OPTIONS)

    /** Throws [ChildException] when it fails. */
    fun run(task: Task): Measured {
        try {
            if (!isReady) child.await(START_SECONDS, "ready")
            isReady = true
            child.say(task.encode())
            val (word, rest) = child.await(LIMIT_SECONDS, "result", "failed")
            if (word == "failed") throw ChildException(rest)
            return Measured.decode(rest)
        } catch (failure: ChildException) {
            // Whatever state it is in, the next run must not suffer from it.
            restart()
            throw failure
        }
    }

    /** Goes on in a new process. */
    fun restart() {
        child.kill()
        child = start()
        isReady = false
    }

    override fun close() = child.close()

    private companion object {
        const val START_SECONDS = 30L
        const val LIMIT_SECONDS = 180L
        val JVM_OPTIONS =
            listOf("-XX:+UseG1GC", "-Xms512m", "-Xmx2g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error") +
                // Netty loads native code; newer JVMs warn of that.
                if (Runtime.version().feature() >= 22) listOf("--enable-native-access=ALL-UNNAMED") else emptyList()
    }
}
