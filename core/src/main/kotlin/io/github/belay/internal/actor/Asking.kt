package io.github.belay.internal.actor

import io.github.belay.internal.reconcile.RequestWaiter
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import kotlinx.coroutines.CancellableContinuation
import kotlin.coroutines.resume
import kotlin.time.Duration

/**
 * A caller that waits, suspended, for the outcome of its request; also the command that takes the request to the actor, and
 * what hears of the caller's cancellation: one object for all three, for there is one of them for each request.
 */
internal class Asking(
    request: WsDelegatedRequest,
    deadline: Duration,
    private val caller: CancellableContinuation<WsDelegatedOutcome>,
    private val onGone: (Asking) -> Unit,
) : RequestWaiter(request, deadline),
    Input.Command,
    (Throwable?) -> Unit {
    /** True once the caller was cancelled. */
    val isGone: Boolean get() = caller.isCancelled

    override fun tell(outcome: WsDelegatedOutcome) = caller.resume(outcome)

    override fun invoke(cancellation: Throwable?) = onGone(this)
}
