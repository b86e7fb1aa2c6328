package io.github.belay.netty.connection

import io.github.belay.netty.LeakWatch
import io.github.belay.netty.netty
import io.github.belay.testing.link.RefusalScenarios
import org.junit.jupiter.api.extension.ExtendWith

@ExtendWith(LeakWatch::class)
class RefusalTest : RefusalScenarios(netty)
