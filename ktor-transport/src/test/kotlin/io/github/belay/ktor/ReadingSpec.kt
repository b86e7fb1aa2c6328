package io.github.belay.ktor

import io.github.belay.testing.wire.ReadingScenarios

class ReadingSpec :
    ReadingScenarios(ktor)
