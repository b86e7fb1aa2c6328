package io.github.belay.ktor.connection

import io.github.belay.ktor.ktor
import io.github.belay.testing.link.CloseInEveryPhaseScenarios

class CloseInEveryPhaseTest : CloseInEveryPhaseScenarios(ktor)
