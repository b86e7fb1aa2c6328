package io.github.belay.ktor.connection

import io.github.belay.ktor.ktor
import io.github.belay.testing.link.SubscriptionScenarios
import org.junit.jupiter.api.parallel.Isolated

@Isolated // It counts the selectors of the whole JVM.
class SubscriptionTest : SubscriptionScenarios(ktor)
