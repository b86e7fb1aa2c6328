package io.github.belay.ktor.connection

import io.github.belay.ktor.ktor
import io.github.belay.testing.link.LeftoverScenarios
import org.junit.jupiter.api.parallel.Isolated

/** Alone in its JVM while it runs: it looks at all threads. */
@Isolated
class LeftoverTest : LeftoverScenarios(ktor, "ktor-nonce-generator")
