package io.github.belay.java.internal

import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import org.slf4j.LoggerFactory
import org.slf4j.event.Level
import java.util.function.Consumer

private val log = LoggerFactory.getLogger("io.github.belay.java.WsClient")

/**
 * Gives each message to [consumer] until the flow ends or the caller is cancelled. A message whose consumer throws is
 * skipped; the first failure is logged as a warning, later ones for debugging, by their type: what a consumer says of a
 * message may quote it.
 */
internal suspend fun <M : Any> Flow<M>.feed(
    consumer: Consumer<in M>,
    name: String,
) {
    var hasFailed = false
    collect { message ->
        currentCoroutineContext().ensureActive()
        val failure = failureOf { consumer.accept(message) } ?: return@collect
        val level = if (hasFailed) Level.DEBUG else Level.WARN
        log
            .atLevel(
                level,
            ).log("consumer of {} threw {}", name, failure.javaClass.simpleName.ifEmpty { failure.javaClass.name })
        hasFailed = true
    }
}

// It does not suspend: even a CancellationException is the user's own, and must not end the feed.
@Suppress("TooGenericExceptionCaught")
private inline fun failureOf(block: () -> Unit): Exception? =
    try {
        block()
        null
    } catch (failure: Exception) {
        failure
    }
