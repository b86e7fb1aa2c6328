package io.github.belay.ktor

import io.github.belay.testing.wire.HandshakeScenarios
import io.github.belay.testing.wire.open

/** What is sent to open a link, and which answers open one (RFC 6455 section 4.1). */
class HandshakeSpec :
    HandshakeScenarios(ktor)
