package io.github.belay.netty

import io.github.belay.testing.wire.TlsScenarios

class TlsSpec : TlsScenarios(netty)
