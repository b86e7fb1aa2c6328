package io.github.belay.internal.actor

import io.github.belay.frame.typeName
import io.github.belay.internal.delivery.DeliveryListener
import org.slf4j.Logger
import org.slf4j.LoggerFactory
import java.util.concurrent.ConcurrentHashMap

/**
 * Runs user code that must not end the actor: what it throws is counted and answered with a substitute. The log hears of
 * the first failure of each function only, and of its type only, for a message may quote the payload. Nothing in here
 * suspends, so no cancellation can be swallowed. Safe from any thread.
 */
internal class Guard(
    private val connectionName: String,
    private val log: Logger = LoggerFactory.getLogger("io.github.belay.user-code"),
    private val onError: (what: String, thrown: Exception) -> Unit,
) {
    private val warned = ConcurrentHashMap.newKeySet<String>()

    // User code may throw anything that is an Exception; an Error is not ours to survive.
    @Suppress("TooGenericExceptionCaught")
    inline fun <T> run(
        what: String,
        substitute: T,
        block: () -> T,
    ): T =
        try {
            block()
        } catch (thrown: Exception) {
            failed(what, thrown)
            substitute
        }

    /** Counts and tells that [what], which ran elsewhere, threw [thrown]. */
    fun failed(
        what: String,
        thrown: Exception,
    ) {
        onError(what, thrown)
        warn(what, thrown)
    }

    /** [counts], but what a message handler throws is told as of all other user code, and to [errors]. */
    fun overHandlers(
        counts: DeliveryListener,
        errors: MessageErrors,
    ): DeliveryListener =
        object : DeliveryListener by counts {
            override fun onHandlerError(
                error: Exception,
                generation: Long,
            ) {
                failed("handleMessage", error)
                errors.failed("handleMessage", generation, error)
            }
        }

    /** Tells that [what] threw [thrown], if it is the first time; somebody else counts it. */
    fun warn(
        what: String,
        thrown: Exception,
    ) {
        if (!warned.add(what)) return
        val type = thrown.typeName()
        log.warn("{}: {} threw {}; what it throws from now on is only counted", connectionName, what, type)
    }
}
