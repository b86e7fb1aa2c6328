package io.github.belay.policy

import io.github.belay.policy.BreakerPermit.Granted
import io.github.belay.policy.BreakerPermit.Refused
import org.jetbrains.lincheck.datastructures.IntGen
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.Param
import org.jetbrains.lincheck.datastructures.StressOptions
import org.junit.jupiter.api.Test
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/** A clock that one thread may advance while others read it. */
internal class SteppingClock : TimeSource {
    private val seconds = AtomicInteger()

    fun step() {
        seconds.incrementAndGet()
    }

    override fun markNow(): TimeMark {
        val from = seconds.get()
        return object : TimeMark {
            override fun elapsedNow(): Duration = (seconds.get() - from).seconds
        }
    }
}

/**
 * The calls that threads make at the same time, the clock's step among them: each of their histories must give results
 * that the same calls give one after the other in some order.
 *
 * The permits to report on are granted before the threads start, because an operation can hand nothing to a later one.
 */
@Param(name = "permit", gen = IntGen::class, conf = "0:3")
abstract class BreakerOperations internal constructor(
    prepare: (WsCircuitBreaker, SteppingClock) -> List<BreakerPermit>,
) {
    private val clock = SteppingClock()
    private val breaker =
        WsCircuitBreaker(WsCircuitBreakerConfig(2, 2, openTimeout = 2.seconds, halfOpenPermits = 3), clock)
    private val permits = prepare(breaker, clock).map { it as Granted }

    @Operation
    fun tryAcquire(): Long? =
        when (val answer = breaker.tryAcquire()) {
            is Granted -> null
            is Refused -> answer.retryAfterMillis
        }

    @Operation
    fun onSuccess(
        @Param(name = "permit") permit: Int,
    ) = breaker.onSuccess(permits[permit])

    @Operation
    fun onFailure(
        @Param(name = "permit") permit: Int,
    ) = breaker.onFailure(permits[permit])

    @Operation
    fun onNeutral(
        @Param(name = "permit") permit: Int,
    ) = breaker.onNeutral(permits[permit])

    @Operation
    fun trip() = breaker.trip()

    @Operation
    fun reset() = breaker.reset()

    @Operation
    fun stats(): List<Any?> =
        with(breaker.stats()) {
            listOf(
                state,
                consecutiveFailures,
                successes,
                timeUntilRetryMillis,
                sinceLastFailureMillis,
                rejectedRequests,
            )
        }

    @Operation
    fun step() = clock.step()

    @Test
    fun everyInterleavingGivesTheResultsOfSomeOrder() =
        ModelCheckingOptions()
            .threads(2)
            .actorsBefore(2)
            .actorsAfter(1)
            .actorsPerThread(3)
            .iterations(10)
            .invocationsPerIteration(100)
            .check(this::class)

    @Test
    fun realThreadsGetTheResultsOfSomeOrder() =
        StressOptions()
            .threads(2)
            .actorsBefore(2)
            .actorsAfter(1)
            .actorsPerThread(3)
            .iterations(10)
            .invocationsPerIteration(500)
            .check(this::class)
}
