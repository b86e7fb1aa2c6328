package io.github.belay.java.internal

import io.github.belay.WebSocketException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import java.util.concurrent.CompletionStage

/**
 * Awaits what the user's function [name] promised; who stops waiting cancels it.
 *
 * A stage that the user cancelled must not pass for the cancellation of the coroutine that awaits it: that would end it
 * without a word.
 */
internal suspend fun <T> CompletionStage<T>.awaitOf(name: String): T =
    try {
        await()
    } catch (cancelled: CancellationException) {
        currentCoroutineContext().ensureActive()
        throw WebSocketException("the stage of $name was cancelled").apply { initCause(cancelled) }
    }
