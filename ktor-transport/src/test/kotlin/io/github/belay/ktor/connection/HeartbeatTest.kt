package io.github.belay.ktor.connection

import io.github.belay.ktor.ktor
import io.github.belay.testing.link.HeartbeatScenarios
import org.junit.jupiter.api.parallel.Isolated

@Isolated // It counts the selectors of the whole JVM.
class HeartbeatTest : HeartbeatScenarios(ktor)
