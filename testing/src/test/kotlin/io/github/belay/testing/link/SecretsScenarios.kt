package io.github.belay.testing.link

import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import org.junit.jupiter.api.Test
import java.io.File
import java.util.concurrent.TimeUnit

/** [program] runs [tellSecrets]; [options] are for its JVM. */
abstract class SecretsScenarios(
    private val program: Class<*>,
    private vararg val options: String,
) {
    @Test
    fun noSecretAndNoForgedLineReachesALogOrAnEventAtTheFinestLevel() {
        val java = File(System.getProperty("java.home"), "bin/java").path
        val process =
            ProcessBuilder(
                java,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                // Coroutines show their names, in the log with those of the threads.
                "-Dkotlinx.coroutines.debug",
                *options,
                "-cp",
                System.getProperty("java.class.path"),
                program.name,
            ).redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) shouldBe true
        process.exitValue() shouldBe 0
        // It did speak, of the right things.
        said shouldContain "status=503"
        said shouldContain "remote_closed(code=1000 reason=bye\\u000aFATAL forged\\u001b[31m)"
        said shouldContain "protocol_violation"
        said shouldContain "requested(code=4001)"
        said shouldContain "internal_error(auth: IllegalStateException)"
        said shouldContain "handshake_provider(IOException)"
        said shouldContain "parse threw IllegalStateException"
        said shouldContain "handleMessage threw IllegalStateException"
        said shouldContain "WsDelegatedOk(id=7, confirmed=true)"
        said shouldContain "ws-actor-ws"
        said shouldContain "websocket.client.errors"
        listOf("ws", "wss").forEach { said.lines() shouldContain "over $it" }
        said shouldNotContain CANARY
        said shouldNotContain "\u001B[31m"
        said.lines().none { it.startsWith("FATAL forged") } shouldBe true
    }

    private companion object {
        const val PATIENCE_SECONDS = 50L
    }
}
