package io.github.belay.netty.connection

import io.github.belay.netty.netty
import io.github.belay.testing.link.SecretsScenarios
import io.github.belay.testing.link.tellSecrets

class SecretsTest : SecretsScenarios(SecretsProgram::class.java)

/** Runs in a JVM of its own. */
object SecretsProgram {
    @JvmStatic
    fun main(args: Array<String>): Unit = tellSecrets(netty)
}
