package io.github.belay.java.internal

import io.github.belay.java.WsDelegatedException
import io.github.belay.java.WsTellException
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import kotlinx.coroutines.CompletionHandler
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn

/*
 * Messages and requests come by the million, and a coroutine for each would cost a kilobyte and ten dispatches' time: these
 * futures are what is waited with, and their own completion. A sender gets 1.5 M messages a second out, and 0.4 with one.
 */

/** What becomes of a message. */
internal class TellFuture(
    private val told: Deferred<TellOutcome>,
    private val completions: Completions,
) : CompletableFuture<Void?>(),
    CompletionHandler,
    Runnable {
    /** To be called once. */
    fun start() = apply { if (told.isCompleted) run() else told.invokeOnCompletion(this) }

    override fun invoke(failure: Throwable?) = completions.add(this)

    @OptIn(ExperimentalCoroutinesApi::class) // It is complete, and was never cancelled: nobody else has it.
    override fun run() {
        val outcome = told.getCompleted()
        if (outcome is TellOutcome.Done) complete(null) else completeExceptionally(WsTellException(outcome))
    }
}

/** What becomes of a request: the continuation of the coroutine that asks. Whoever ends it from outside ends the wait. */
internal class AskFuture(
    private val completions: Completions,
) : CompletableFuture<WsDelegatedOk>(),
    Continuation<WsDelegatedOutcome>,
    Runnable {
    private val job = Job()
    override val context: CoroutineContext get() = job

    /** Null while it is not known, or if the wait was ended from outside. */
    @Volatile
    private var outcome: WsDelegatedOutcome? = null

    /** Runs [ask] on the caller's thread up to its wait. To be called once. */
    fun start(ask: suspend () -> WsDelegatedOutcome) =
        apply {
            val first = ask.startCoroutineUninterceptedOrReturn(this)
            if (first !== COROUTINE_SUSPENDED) {
                outcome = first as WsDelegatedOutcome
                run()
            }
        }

    override fun resumeWith(result: Result<WsDelegatedOutcome>) {
        outcome = result.getOrNull() ?: return
        completions.add(this)
    }

    override fun run() {
        when (val outcome = outcome) {
            is WsDelegatedOk -> super.complete(outcome)
            is WsDelegatedError -> super.completeExceptionally(WsDelegatedException(outcome))
            null -> return
        }
    }

    override fun complete(value: WsDelegatedOk?): Boolean = super.complete(value).also { job.cancel() }

    override fun completeExceptionally(failure: Throwable): Boolean =
        super.completeExceptionally(failure).also { job.cancel() }

    override fun cancel(mayInterruptIfRunning: Boolean): Boolean =
        super.cancel(mayInterruptIfRunning).also { job.cancel() }
}
