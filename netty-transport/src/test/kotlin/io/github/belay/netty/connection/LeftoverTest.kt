package io.github.belay.netty.connection

import io.github.belay.netty.LeakWatch
import io.github.belay.netty.netty
import io.github.belay.testing.link.LeftoverScenarios
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.parallel.Isolated

/** Alone in its JVM while it runs: it looks at all threads. */
@Isolated
@ExtendWith(LeakWatch::class)
class LeftoverTest : LeftoverScenarios(netty)
