package io.github.belay.netty

import io.github.belay.testing.wire.ReadingScenarios

class ReadingSpec : ReadingScenarios(netty)
