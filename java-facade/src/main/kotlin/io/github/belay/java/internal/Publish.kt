package io.github.belay.java.internal

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.jdk9.asPublisher
import kotlinx.coroutines.yield
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.CoroutineContext
import java.util.concurrent.Flow as JavaFlow

/**
 * A publisher whose subscriptions collect this flow on [dispatcher] and ask for one element for each unit of demand.
 *
 * A subscription collects from within its first request, so that what a hot flow brings afterwards is not missed; yet
 * every signal but `onSubscribe` comes on [dispatcher].
 */
internal fun <T : Any> Flow<T>.publisher(
    dispatcher: CoroutineDispatcher,
    name: String,
): JavaFlow.Publisher<T> {
    val flow = leavingTheStarter()
    return JavaFlow.Publisher { subscriber ->
        flow.asPublisher(StartingHere(dispatcher) + CoroutineName(name)).subscribe(subscriber)
    }
}

/**
 * The same flow for a coroutine that starts on a foreign thread: it leaves that thread for its own dispatcher before it
 * gives an element or ends.
 */
internal fun <T> Flow<T>.leavingTheStarter(): Flow<T> =
    flow {
        var hasLeft = false
        collect { element ->
            if (!hasLeft) yield()
            hasLeft = true
            emit(element)
        }
        if (!hasLeft) yield()
    }

/** Starts a coroutine where it is, and runs all the rest of it on [dispatcher]. For one coroutine. */
private class StartingHere(
    private val dispatcher: CoroutineDispatcher,
) : CoroutineDispatcher() {
    private val hasStarted = AtomicBoolean()

    override fun isDispatchNeeded(context: CoroutineContext): Boolean = hasStarted.getAndSet(true)

    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) = dispatcher.dispatch(context, block)
}
