package io.github.belay

import io.kotest.common.ExperimentalKotest
import io.kotest.property.PropTestConfig

/** Makes a property test draw the same cases in every run. */
@OptIn(ExperimentalKotest::class)
internal fun seeded(
    seed: Long,
    iterations: Int = 1_000,
): PropTestConfig = PropTestConfig(seed = seed, iterations = iterations)
