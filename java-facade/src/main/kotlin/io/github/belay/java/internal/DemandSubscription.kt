package io.github.belay.java.internal

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import java.util.Objects
import java.util.concurrent.Flow
import java.util.concurrent.atomic.AtomicLong
import kotlin.concurrent.Volatile
import kotlinx.coroutines.flow.Flow as KotlinFlow

/**
 * A publisher whose subscriptions collect this flow in [scope] and signal on its dispatcher, one element for each unit of
 * demand. A subscription gets what a hot flow brings from the return of `onSubscribe` on, which is within `subscribe`.
 *
 * It obeys the rules of Reactive Streams. The bridge that comes with the coroutines does not, when signals are to come on
 * a dispatcher: it may signal an element while `onSubscribe` still runs (rule 1.3), ignores demand that is not
 * positive (3.9), and begins to collect at some time after the first request.
 */
internal fun <T : Any> KotlinFlow<T>.publisher(
    scope: CoroutineScope,
    name: String,
): Flow.Publisher<T> {
    val flow = leavingTheStarter()
    return Flow.Publisher { subscriber ->
        val subscription = DemandSubscription(flow, Objects.requireNonNull(subscriber, "subscriber"))
        subscriber.onSubscribe(subscription)
        subscription.start(scope, name)
    }
}

/** Carries a flow to one subscriber. The functions of a subscription are safe from any thread. */
private class DemandSubscription<T : Any>(
    private val flow: KotlinFlow<T>,
    private val subscriber: Flow.Subscriber<in T>,
) : Flow.Subscription {
    private val lifetime = Job()

    /** Units asked for and not used up; [Long.MAX_VALUE] for no limit. */
    private val demand = AtomicLong()

    /** Rings when demand came. */
    private val bell = Channel<Unit>(Channel.CONFLATED)

    /** What the subscriber asked for wrongly; null while it did not. */
    @Volatile private var mistake: IllegalArgumentException? = null

    override fun request(n: Long) {
        if (n > 0) {
            demand.accumulateAndGet(n, ::saturatedSum)
            bell.trySend(Unit)
        } else if (lifetime.isActive) {
            mistake = IllegalArgumentException("demand must be > 0 but was $n (Reactive Streams rule 3.9)")
            lifetime.cancel()
        }
    }

    override fun cancel() {
        lifetime.cancel()
    }

    fun start(
        scope: CoroutineScope,
        name: String,
    ) {
        val run = scope.launch(lifetime + CoroutineName(name), CoroutineStart.UNDISPATCHED) { run() }
        run.invokeOnCompletion { lifetime.complete() }
    }

    private suspend fun run() {
        val failure = failureOfCollecting()
        if (failure == null) subscriber.onComplete() else subscriber.onError(failure)
    }

    /** Signals elements to the end and returns null, or what stopped it; throws only if the subscriber has cancelled. */
    @Suppress("TooGenericExceptionCaught") // What the subscriber throws ends its subscription, and no one else's.
    private suspend fun failureOfCollecting(): Exception? =
        try {
            flow.collect { element ->
                awaitDemand()
                subscriber.onNext(element)
            }
            null
        } catch (cancelled: CancellationException) {
            // While nobody has cancelled us it is the subscriber's own, thrown at us.
            mistake ?: if (lifetime.isActive) cancelled else throw cancelled
        } catch (failure: Exception) {
            failure
        }

    private fun saturatedSum(
        waiting: Long,
        more: Long,
    ): Long = if (waiting > Long.MAX_VALUE - more) Long.MAX_VALUE else waiting + more

    /** Uses one unit up; suspends until there is one. */
    private suspend fun awaitDemand() {
        while (true) {
            val waiting = demand.get()
            if (waiting > 0) {
                if (waiting != Long.MAX_VALUE) demand.decrementAndGet()
                return
            }
            bell.receive()
        }
    }
}
