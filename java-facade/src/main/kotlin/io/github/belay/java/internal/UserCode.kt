package io.github.belay.java.internal

import io.github.belay.WebSocketException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runInterruptible
import java.util.concurrent.CompletionStage

/** Awaits what the user's function [name] promised; who stops waiting cancels it. */
internal suspend fun <T> CompletionStage<T>.awaitOf(name: String): T = asUserCode(name) { await() }

/** Runs the user's function [name], which may block; the thread is interrupted when the wait is cancelled. */
internal suspend fun <T> blocking(
    name: String,
    block: () -> T,
): T = asUserCode(name) { runInterruptible(block = block) }

/**
 * A future that the user cancelled, or a thread that somebody else interrupted, must not pass for the cancellation of the
 * coroutine that ran into it: that would end it without a word.
 */
private suspend inline fun <T> asUserCode(
    name: String,
    block: () -> T,
): T =
    try {
        block()
    } catch (cancelled: CancellationException) {
        currentCoroutineContext().ensureActive()
        throw WebSocketException("$name was cancelled or interrupted").apply { initCause(cancelled) }
    }
