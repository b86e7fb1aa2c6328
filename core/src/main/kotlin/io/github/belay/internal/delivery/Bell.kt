package io.github.belay.internal.delivery

import kotlinx.coroutines.channels.Channel
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume

/**
 * Wakes the one coroutine that waits for it; a ring that nobody waits for is kept, once. Safe from any thread.
 *
 * @param isInline true to wake it on the thread that rings, which then runs it until it suspends; a cancellation does not
 *   wake it, so whoever cancels it rings
 */
internal class Bell(
    private val isInline: Boolean,
) {
    private val rings = Channel<Unit>(Channel.CONFLATED)

    // Guarded by this. Inline only.
    private var isRung = false
    private var sleeper: Continuation<Unit>? = null

    fun ring() {
        if (isInline) wake() else rings.trySend(Unit)
    }

    suspend fun await() {
        if (isInline) sleep() else rings.receive()
    }

    private fun wake() {
        val woken =
            synchronized(this) {
                sleeper.also {
                    isRung = it == null
                    sleeper = null
                }
            }
        woken?.resume(Unit)
    }

    /** Not intercepted: no dispatcher has a say in where it goes on. */
    private suspend fun sleep() =
        suspendCoroutineUninterceptedOrReturn { continuation ->
            synchronized(this) {
                if (!isRung) sleeper = continuation
                if (isRung) Unit.also { isRung = false } else COROUTINE_SUSPENDED
            }
        }
}
