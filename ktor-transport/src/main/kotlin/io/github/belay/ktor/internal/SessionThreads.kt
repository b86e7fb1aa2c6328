package io.github.belay.ktor.internal

import io.ktor.websocket.WebSocketSession
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Job
import kotlinx.coroutines.job
import java.util.concurrent.ConcurrentHashMap
import kotlin.coroutines.CoroutineContext

/**
 * The threads of one client, with a gate before the first step of Ktor's frame readers, and a way from there to the
 * thread of the link.
 *
 * Ktor starts to read frames before its user can set their limit, and allocates what a header announces. A header
 * right behind the 101 passed the limit in four of five tries, and could ask for two gigabytes. Here a reader does not
 * start before [open] is called, or its call is cancelled. A reader is known by the name that Ktor gives its coroutine.
 * Should that change, nothing is held back, and a frame above the limit is refused when it is there.
 *
 * Ktor has three coroutines for each session: a reader, one that moves frames from its queue to another, and a writer.
 * Once the session is open they take turns with the link's own: a frame that goes from thread to thread wakes each of
 * them, which costs more than all the rest. Of 100 B, 4.1 M/s come in instead of 2.0.
 */
internal class SessionThreads(
    private val threads: CoroutineDispatcher,
) : CoroutineDispatcher() {
    /** For each reader that is alive the job whose completion lets it start. */
    private val readers = ConcurrentHashMap<Job, CompletableJob>()

    /** Where the coroutines of open sessions run. They take themselves out when they end, as readers do above. */
    private val places = ConcurrentHashMap<Job, CoroutineDispatcher>()

    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) {
        val job = context[Job]
        val place = job?.let(places::get)
        when {
            place != null -> place.dispatch(context, block)

            job == null || context[CoroutineName] != KTOR_READER ||
                readers.containsKey(
                    job,
                )
            -> threads.dispatch(context, block)

            else -> hold(job, context, block)
        }
    }

    /** Lets the reader of [session] start. From their next step on, all its coroutines run on [turns], the reader last. */
    fun open(
        session: WebSocketSession,
        turns: LinkTurns,
    ) {
        for (coroutine in session.coroutineContext.job.children) {
            val start = readers[coroutine]
            places[coroutine] = if (start == null) turns else turns.last
            coroutine.invokeOnCompletion { places -= coroutine }
            start?.complete()
        }
    }

    private fun hold(
        reader: Job,
        context: CoroutineContext,
        block: Runnable,
    ) {
        // A child: cancelled with the reader, which then has to run in order to end.
        val start = Job(parent = reader)
        readers[reader] = start
        reader.invokeOnCompletion { readers -= reader }
        start.invokeOnCompletion { (places[reader] ?: threads).dispatch(context, block) }
    }

    private companion object {
        val KTOR_READER = CoroutineName("ws-reader")
    }
}
