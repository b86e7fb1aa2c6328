package io.github.belay.netty

import io.github.belay.testing.wire.HandshakeScenarios

class HandshakeSpec : HandshakeScenarios(netty)
