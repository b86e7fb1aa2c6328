package io.github.belay.netty

import io.github.belay.testing.wire.StalledPeerScenarios

class StalledPeerSpec : StalledPeerScenarios(netty)
