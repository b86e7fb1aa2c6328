package io.github.belay.netty

import io.github.belay.testing.wire.LinkEndScenarios

class LinkEndSpec : LinkEndScenarios(netty)
