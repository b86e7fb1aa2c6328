package io.github.belay.java.internal

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.yield

/**
 * The same flow for a coroutine that starts undispatched, on a foreign thread: it collects from there, so that nothing of
 * a hot flow is missed, and leaves for its own dispatcher before it gives an element or ends.
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
