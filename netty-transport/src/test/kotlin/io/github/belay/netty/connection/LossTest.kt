package io.github.belay.netty.connection

import io.github.belay.netty.LeakWatch
import io.github.belay.netty.netty
import io.github.belay.testing.link.LossScenarios
import org.junit.jupiter.api.extension.ExtendWith

@ExtendWith(LeakWatch::class)
class LossTest : LossScenarios(netty)
