package io.github.belay.examples.demo

import io.github.belay.WebSocketActor
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedRequest
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import org.HdrHistogram.Histogram
import java.util.concurrent.atomic.LongAdder
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Places orders all the time, faults or not, and counts how each one ended. */
internal class Desk(
    private val connection: WebSocketActor<MarketMessage>,
    private val symbols: List<String>,
) {
    private val placed = LongAdder()
    private val confirmed = LongAdder()
    private val unconfirmed = LongAdder()
    private val notDelivered = LongAdder()

    /** Round trips of confirmed orders in microseconds; guarded by itself. */
    private val roundTrips = Histogram(HIGHEST_MICROS, DIGITS)

    /** Places an order every 50 ms until [scope] ends or the job is cancelled. */
    fun trade(scope: CoroutineScope): Job =
        scope.launch {
            var id = 0L
            while (isActive) {
                // Each order waits for its outcome by itself, and is not cut short when trading stops.
                val order = ++id
                scope.launch { place(order) }
                delay(EVERY)
            }
        }

    private suspend fun place(id: Long) {
        placed.increment()
        val began = TimeSource.Monotonic.markNow()
        val frame = MarketEndpoint.order(id, symbols[(id % symbols.size).toInt()])
        when (connection.ask(WsDelegatedRequest.confirmed(id, frame, TIMEOUT))) {
            is WsDelegatedOk -> {
                confirmed.increment()
                val micros = began.elapsedNow().inWholeMicroseconds.coerceIn(1, HIGHEST_MICROS)
                synchronized(roundTrips) { roundTrips.recordValue(micros) }
            }

            is WsDelegatedError.NotDelivered -> {
                notDelivered.increment()
            }

            is WsDelegatedError -> {
                unconfirmed.increment()
            }
        }
    }

    fun totals(): OrderTotals =
        synchronized(roundTrips) {
            OrderTotals(
                placed.sum(),
                confirmed.sum(),
                unconfirmed.sum(),
                notDelivered.sum(),
                roundTrips.getValueAtPercentile(MEDIAN).microseconds,
                roundTrips.getValueAtPercentile(TAIL).microseconds,
            )
        }

    private companion object {
        val EVERY = 50.milliseconds
        val TIMEOUT = 2.seconds
        const val HIGHEST_MICROS = 60_000_000L
        const val DIGITS = 3
        const val MEDIAN = 50.0
        const val TAIL = 99.0
    }
}
