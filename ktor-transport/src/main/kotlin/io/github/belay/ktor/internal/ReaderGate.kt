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
 * The threads of one client, with a gate before the first step of Ktor's frame readers.
 *
 * Ktor starts to read frames before its user can set their limit, and allocates what a header announces. A header right
 * behind the 101 passed the limit in four of five tries, and could ask for two gigabytes. Here a reader does not start
 * before [open] is called, or its call is cancelled.
 *
 * A reader is known by the name that Ktor gives its coroutine. Should that change, nothing is held back, and a frame
 * above the limit is refused when it is there.
 */
internal class ReaderGate(
    private val threads: CoroutineDispatcher,
) : CoroutineDispatcher() {
    /** For each reader that is alive the job whose completion lets it start. Readers take themselves out. */
    private val readers = ConcurrentHashMap<Job, CompletableJob>()

    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) {
        val reader = context[Job]
        if (reader == null || context[CoroutineName] != KTOR_READER || readers.containsKey(reader)) {
            threads.dispatch(context, block)
        } else {
            hold(reader, context, block)
        }
    }

    /** Lets the reader of [session] start. */
    fun open(session: WebSocketSession) {
        session.coroutineContext.job.children
            .forEach { readers[it]?.complete() }
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
        start.invokeOnCompletion { threads.dispatch(context, block) }
    }

    private companion object {
        val KTOR_READER = CoroutineName("ws-reader")
    }
}
