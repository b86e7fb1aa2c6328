package io.github.belay.internal.actor

import io.github.belay.internal.reconcile.RequestWaiter
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.job
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater
import kotlin.concurrent.Volatile
import kotlin.coroutines.Continuation
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration

/**
 * A caller that waits, suspended, for the outcome of its request; also the command that takes the request to the actor, and
 * what hears of the caller's cancellation: one object for all three, for there is one for each request. A cancellable
 * continuation instead of the plain one would cost 80 bytes more. Safe from any thread.
 */
@OptIn(InternalCoroutinesApi::class) // There is no other way to hear of a cancellation when it begins.
internal class Asking(
    request: WsDelegatedRequest,
    deadline: Duration,
    private val caller: Continuation<WsDelegatedOutcome>,
    private val requests: Requests,
) : RequestWaiter(request, deadline),
    Input.Command,
    (Throwable?) -> Unit {
    /**
     * Null, then what listens for the caller's cancellation, if anything does, then [OVER]. Changed by one atomic step each
     * time: three locks for each request would cost more than to encode its frame.
     */
    @Volatile
    private var phase: Any? = null

    /** True once the caller has its outcome or was cancelled. */
    val hasEnded: Boolean get() = phase === OVER

    /** Ends the wait when the caller is cancelled, also when it was cancelled already. To be called once. */
    fun heedCancellation() {
        val job = caller.context[Job] ?: return
        val handle = job.invokeOnCompletion(onCancelling = true, handler = this)
        if (!PHASE.compareAndSet(this, null, handle)) handle.dispose()
    }

    override fun tell(outcome: WsDelegatedOutcome) {
        if (end()) caller.resume(outcome)
    }

    /** Tells that the request was never sent, because of [text]. */
    fun refuse(text: String) = tell(WsDelegatedError.NotDelivered(request.id, text))

    /** The caller's job begins to be cancelled, or has ended without its caller. */
    override fun invoke(cause: Throwable?) {
        if (!end()) return
        requests.forget(this)
        caller.resumeWithException(caller.context.job.getCancellationException())
    }

    /** False if it was over before. */
    private fun end(): Boolean {
        val before = PHASE.getAndSet(this, OVER)
        if (before is DisposableHandle) before.dispose()
        return before !== OVER
    }

    private companion object {
        val OVER = Any()

        val PHASE: AtomicReferenceFieldUpdater<Asking, Any?> =
            AtomicReferenceFieldUpdater.newUpdater(Asking::class.java, Any::class.java, "phase")
    }
}
