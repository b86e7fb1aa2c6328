package io.github.belay.policy

import kotlin.time.Duration.Companion.hours

/**
 * Never reconnects: a connection once lost stays down until an explicit connect.
 *
 * Its delay, one day, is what a caller waits that asks for a delay without asking for leave first.
 */
public data object NoReconnect : WsReconnectStrategy {
    private val oneDayMillis = 24.hours.inWholeMilliseconds

    override fun nextDelayMillis(retry: WsRetry): Long = oneDayMillis

    override fun mayRetry(retry: WsRetry): Boolean = false
}
