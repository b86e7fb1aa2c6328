package io.github.belay.netty

import io.github.belay.testing.wire.ViolationScenarios

class ViolationSpec : ViolationScenarios(netty)
