package io.github.belay.ktor

import io.github.belay.testing.wire.RefusalScenarios

/** What the listener hears of an open that does not come about. */
class RefusalSpec :
    RefusalScenarios(ktor)
