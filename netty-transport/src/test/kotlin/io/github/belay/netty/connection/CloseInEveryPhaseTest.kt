package io.github.belay.netty.connection

import io.github.belay.netty.LeakWatch
import io.github.belay.netty.netty
import io.github.belay.testing.link.CloseInEveryPhaseScenarios
import org.junit.jupiter.api.extension.ExtendWith

@ExtendWith(LeakWatch::class)
class CloseInEveryPhaseTest : CloseInEveryPhaseScenarios(netty)
