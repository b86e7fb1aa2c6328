package io.github.belay.ktor

import io.github.belay.testing.wire.ViolationScenarios

/** A peer that breaks RFC 6455, found by the codec's rules or by Ktor itself. */
class ViolationSpec :
    ViolationScenarios(ktor)
