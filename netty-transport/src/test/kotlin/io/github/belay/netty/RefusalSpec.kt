package io.github.belay.netty

import io.github.belay.testing.wire.RefusalScenarios

class RefusalSpec : RefusalScenarios(netty)
