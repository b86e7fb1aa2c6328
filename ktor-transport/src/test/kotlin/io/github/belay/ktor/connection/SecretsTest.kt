package io.github.belay.ktor.connection

import io.github.belay.ktor.ktor
import io.github.belay.testing.link.SecretsScenarios
import io.github.belay.testing.link.tellSecrets

/** Ktor itself logs whole addresses at TRACE, which docs/transports.md warns about. */
class SecretsTest : SecretsScenarios(SecretsProgram::class.java, "-Dorg.slf4j.simpleLogger.log.io.ktor=debug")

/** Runs in a JVM of its own. */
object SecretsProgram {
    @JvmStatic
    fun main(args: Array<String>): Unit = tellSecrets(ktor)
}
