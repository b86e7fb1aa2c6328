package io.github.belay.netty

import io.github.belay.testing.wire.WritingScenarios

class WritingSpec : WritingScenarios(netty)
