package io.github.belay.internal.actor

import io.github.belay.frame.typeName
import org.slf4j.LoggerFactory

/**
 * Runs user code that must not end the actor: what it throws is counted and answered with a substitute. The log hears of
 * the first failure of each function only, and of its type only, for a message may quote the payload. Nothing in here
 * suspends, so no cancellation can be swallowed. Owned by the actor: not thread-safe.
 */
internal class Guard(
    private val connectionName: String,
    private val onError: () -> Unit,
) {
    private val warned = HashSet<String>()

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
            if (warned.add(what)) {
                val type = thrown.typeName()
                log.warn("{}: {} threw {}; what it throws from now on is only counted", connectionName, what, type)
            }
            substitute
        }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.belay.user-code")
    }
}
