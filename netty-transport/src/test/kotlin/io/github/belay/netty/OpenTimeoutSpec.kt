package io.github.belay.netty

import io.github.belay.testing.wire.OpenTimeoutScenarios

class OpenTimeoutSpec : OpenTimeoutScenarios(netty)
