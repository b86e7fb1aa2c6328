package io.github.belay.examples.demo

import kotlinx.coroutines.delay
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** Breaks the link in five ways, spread over [total], and leaves the last stretch in peace. */
internal class Faults(
    private val market: MarketServer,
    private val link: FaultyLink,
    private val total: Duration,
    private val announce: (String) -> Unit,
) {
    suspend fun run() {
        val schedule: List<Pair<String, suspend () -> Unit>> =
            listOf(
                "the server closes with code 1012" to { market.closeAll(SERVICE_RESTART, "restarting") },
                "the network resets the connection" to { link.reset() },
                "the network falls silent (half-open)" to { link.silence() },
                "the server is gone: connections are refused" to ::refuseForAWhile,
                "the server answers 503 with Retry-After: 1" to ::unavailableForAWhile,
            )
        val gap = (total - PEACE_AT_END) / (schedule.size + 1)
        for ((name, fault) in schedule) {
            delay(gap)
            announce(name)
            fault()
        }
    }

    private suspend fun refuseForAWhile() {
        link.refuse()
        delay(REFUSAL)
        link.accept()
    }

    private suspend fun unavailableForAWhile() {
        market.retryAfterSeconds = 1
        link.reset()
        delay(REFUSAL)
        market.retryAfterSeconds = null
    }

    private companion object {
        const val SERVICE_RESTART: Short = 1012
        val REFUSAL = 700.milliseconds
        val PEACE_AT_END = 3000.milliseconds
    }
}
