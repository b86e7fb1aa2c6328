package io.github.belay.internal.actor

import io.github.belay.frame.forLog
import io.github.belay.internal.reader.describe
import org.slf4j.LoggerFactory

/**
 * Runs user code that must not end the actor: what it throws is counted, logged, and answered with a substitute. Nothing
 * in here suspends, so no cancellation can be swallowed.
 */
internal class Guard(
    private val connectionName: String,
    private val onError: () -> Unit,
) {
    // User code may throw anything that is an Exception; an Error is not ours to survive.
    @Suppress("TooGenericExceptionCaught")
    fun <T> run(
        what: String,
        substitute: T,
        block: () -> T,
    ): T =
        try {
            block()
        } catch (thrown: Exception) {
            onError()
            log.warn("{}: {} threw {}", connectionName, what, thrown.describe().forLog())
            substitute
        }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.belay.user-code")
    }
}
