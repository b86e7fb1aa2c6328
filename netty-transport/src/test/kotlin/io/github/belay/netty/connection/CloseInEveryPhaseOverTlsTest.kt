package io.github.belay.netty.connection

import io.github.belay.netty.LeakWatch
import io.github.belay.netty.netty
import io.github.belay.netty.nettyOverJdkTls
import io.github.belay.testing.link.CloseInEveryPhaseOverTlsScenarios
import org.junit.jupiter.api.extension.ExtendWith

@ExtendWith(LeakWatch::class)
class CloseInEveryPhaseOverTlsTest : CloseInEveryPhaseOverTlsScenarios(netty)

@ExtendWith(LeakWatch::class)
class CloseInEveryPhaseOverJdkTlsTest : CloseInEveryPhaseOverTlsScenarios(nettyOverJdkTls)
