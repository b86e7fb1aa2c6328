@file:Suppress("MagicNumber") // The numbers are the tables themselves: how much and how often.

package io.github.belay.testing.sim

import io.github.belay.subscription.WsSubscriptionState
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * What the user wants to be subscribed to: the topics of the settings, which send ticks, always; some others now and then.
 * Compares it with what the server is told.
 */
internal class Wishes(
    private val settings: Settings,
    private val violations: Violations,
) {
    private val inSet = LinkedHashSet<Int>()
    private val holders = LinkedHashMap<Int, Int>()

    /** The kind of every outcome that was told. */
    val outcomes = ArrayList<String>()

    /** True if the set may change at all. */
    val mayChange: Boolean get() = !settings.ownManager

    private val wanted: Set<Int>
        get() = (0..<settings.topics).toSet() + inSet + holders.filterValues { it > 0 }.keys

    fun added(topics: List<Int>) {
        inSet += topics
    }

    fun removed(topics: List<Int>) {
        inSet -= topics.toSet()
    }

    fun held(
        topics: List<Int>,
        by: Int,
    ) = topics.forEach { holders.merge(it, by, Int::plus) }

    /** The server is asked for [words], and has [topics] already. */
    fun subscribed(
        words: Script.Subscribe,
        topics: Set<Int>,
    ) {
        val double = words.topics.filter { it in topics }
        violations.require(double.isEmpty(), Invariant.SUBSCRIPTIONS) { "$words asks for $double once more" }
    }

    /** Everything is still: the server has [topics] of a client that believes in [states]. */
    fun check(
        topics: Set<Int>,
        states: Map<String, WsSubscriptionState>,
    ) {
        val rejected =
            states
                .filterValues { it == WsSubscriptionState.REJECTED }
                .keys
                .map { it.toInt() }
                .toSet()
        violations.require(topics == wanted - rejected, Invariant.SUBSCRIPTIONS) {
            "the server has $topics instead of $wanted without $rejected"
        }
        if (!mayChange) return
        violations.require(states.keys.map { it.toInt() }.toSet() == wanted, Invariant.SUBSCRIPTIONS) {
            "the client wants $states instead of $wanted"
        }
    }

    companion object {
        /** The first of the topics that come and go. */
        const val FIRST = 100

        /** What the user wants and when; no more once the faults have stopped, so that everything can become still. */
        fun schedule(
            random: Random,
            pace: Pace,
        ): List<OperationEvent> =
            buildList {
                var at = random.upTo(pace.operateEvery * 4)
                while (at < pace.calm) {
                    add(OperationEvent(at, operation(random)))
                    // Several at one instant are taken in one turn, and may take each other back.
                    at += if (random.oneIn(3)) Duration.ZERO else random.upTo(pace.operateEvery * 4)
                }
            }

        private fun operation(random: Random): Operation {
            val topics = (FIRST..<FIRST + 4).filter { random.oneIn(2) }.ifEmpty { listOf(FIRST) }
            return when (random.nextInt(5)) {
                0, 1 -> Operation.Subscribe(topics)
                2, 3 -> Operation.Unsubscribe(topics)
                else -> Operation.Hold(topics, random.upTo(4.seconds))
            }
        }
    }
}
