package io.github.belay.policy

import kotlin.time.Duration

/** The retry number [attempt] of an outage that began [elapsed] ago. */
internal fun retry(
    attempt: Int = 1,
    elapsed: Duration = Duration.ZERO,
    draw: Double = 0.0,
): WsRetry = WsRetry(attempt, elapsed, draw)
