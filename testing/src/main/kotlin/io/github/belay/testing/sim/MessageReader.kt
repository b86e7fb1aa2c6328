package io.github.belay.testing.sim

import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration

/** The user's collector of messages. */
internal class MessageReader(
    private val client: Client,
    private val topics: TopicRules,
    private val pauses: Pauses,
    private val tally: Tally,
    private val scope: CoroutineScope,
) {
    private var collector: Job? = null

    val isReading: Boolean get() = collector?.isActive == true

    fun start() {
        topics.returned()
        // At once: what the caller does next is not to be missed.
        collector =
            scope.launch(CoroutineName("sim-collector"), CoroutineStart.UNDISPATCHED) {
                client.messages.collect { tick ->
                    topics.got(tick)
                    tally.add("message")
                    pauses.inCollector()
                }
            }
    }

    /** Stops collecting, and starts again after [lasting]. */
    fun leave(lasting: Duration) {
        val current = collector ?: return
        collector = null
        topics.left()
        scope.launch(CoroutineName("sim-return")) {
            current.cancel()
            current.join()
            topics.left()
            delay(lasting)
            start()
        }
    }
}
