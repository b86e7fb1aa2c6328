package io.github.belay.netty

import io.github.belay.testing.wire.TransportLifeScenarios
import io.kotest.core.annotation.Isolate

@Isolate // Counts the selectors of the whole JVM.
class TransportLifeSpec : TransportLifeScenarios(netty)
