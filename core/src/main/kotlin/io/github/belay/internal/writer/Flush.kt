package io.github.belay.internal.writer

import io.github.belay.transport.WsTransportSession
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlin.coroutines.resume

/** One flush. It knows how the flush ended even if who waited for that was cancelled in the same moment. */
internal class Flush {
    /** Null until the transport has told. Written on a thread of the transport's. */
    @Volatile
    var result: Result<Unit>? = null
        private set

    /** Sends what was written to [session] and suspends until that has left. To be called once. */
    suspend fun await(session: WsTransportSession): Result<Unit> =
        suspendCancellableCoroutine { waiting ->
            session.flush { failure ->
                val told = if (failure == null) Result.success(Unit) else Result.failure(failure)
                result = told
                waiting.resume(told)
            }
        }
}
