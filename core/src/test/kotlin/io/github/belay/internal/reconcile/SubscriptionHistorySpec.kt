package io.github.belay.internal.reconcile

import io.github.belay.seeded
import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionResponse
import io.github.belay.subscription.WsSubscriptionState
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private val keys = ('a'..'e').map { it.toString() }
private val patience = 3.seconds

/** A server that subscribes to what it is told, link by link, and answers when and how it likes. */
private class Peer {
    val subscribed = LinkedHashSet<String>()
    val unanswered = ArrayDeque<SubscriptionMessage>()

    /** Of a key that is on there a second subscription is a fault of ours, but after a replay on request. */
    var doubles = 0

    fun heard(message: SubscriptionMessage) {
        unanswered += message
        if (message.operation == SubscriptionOperation.SUBSCRIBE) {
            doubles += message.keys.count { !subscribed.add(it) }
        } else {
            subscribed -= message.keys.toSet()
        }
    }

    fun refuse(keys: List<String>) {
        subscribed -= keys.toSet()
    }
}

/** Plays a random history on a table, and the model beside it: what is wanted, and by whom. */
private class SubscriptionHistory(
    seed: Long,
    private val awaitsAnswers: Boolean,
) {
    private val random = Random(seed)
    val desk = Desk(maxKeysPerMessage = random.nextInt(1, 4), ackTimeout = patience.takeIf { awaitsAnswers })
    private var peer: Peer? = null
    private val unflushed = ArrayDeque<SubscriptionMessage>()
    private val inSet = LinkedHashSet<String>()
    private val holds = ArrayList<Changer>()
    val changers = ArrayList<Changer>()
    private val answerBy = HashMap<SubscriptionMessage, Duration>()
    private var resent = false

    /** What somebody wants and nobody was told to have lost. */
    val wanted: Set<String> get() = inSet + holds.flatMap { it.held }

    fun play() {
        when (random.nextInt(KINDS)) {
            0, 1, 2 -> change(WsSubscriptionAction.Add(some())) { inSet += it }
            3, 4 -> change(WsSubscriptionAction.Remove(some())) { inSet -= it }
            5 -> change(WsSubscriptionAction.Replace(some())) { replaceAll(it) }
            6 -> if (random.nextInt(4) == 0) change(WsSubscriptionAction.Clear) { inSet.clear() }
            7 -> holds += desk.hold(*some().toTypedArray()).also(changers::add)
            8 -> if (holds.isNotEmpty()) desk.release(holds.removeAt(random.nextInt(holds.size)))
            9, 10 -> connect()
            11 -> drop()
            12, 13, 14 -> take()
            15, 16, 17 -> flush()
            18, 19, 20 -> answer()
            21 -> letTimePass()
            22 -> if (peer != null) desk.table.resend().also { resent = true }
            23 -> if (random.nextBoolean()) desk.table.hold() else desk.table.unhold()
            else -> revoke()
        }
        check()
    }

    private fun check() {
        val states = desk.table.states()
        // A key that nobody wants is at most on its way out.
        states.filterValues { it != WsSubscriptionState.REMOVING }.keys shouldContainExactlyInAnyOrder wanted
        val peer = peer ?: return
        if (!resent) peer.doubles shouldBe 0
        // What the table believes to have been agreed to is so.
        states.filterValues { it == WsSubscriptionState.ACKED }.keys.forEach { it shouldBeIn peer.subscribed }
        desk.table.interrupted.forEach { it shouldBeIn wanted }
    }

    /** The faults are over: everything goes its way until nothing is left to do. */
    fun settle() {
        connect()
        desk.table.unhold()
        repeat(ENOUGH) {
            take()
            while (unflushed.isNotEmpty()) flush()
            while (peer?.unanswered?.isNotEmpty() == true) answer(accepts = true)
        }
        desk.table.next() shouldBe null
        desk.table.isReplayed.shouldBeTrue()
        val rejected =
            desk.table
                .states()
                .filterValues { it == WsSubscriptionState.REJECTED }
                .keys
        peer.shouldNotBeNull().subscribed shouldContainExactlyInAnyOrder wanted - rejected
        desk.table.interrupted
            .filter { it !in rejected }
            .shouldBeEmpty()
        desk.table.nextDeadline shouldBe Duration.INFINITE
        // Each change of each key had exactly one outcome; a second one fails on the spot.
        changers.forEach { it.told.shouldNotBeNull() }
    }

    private fun some(): List<String> = keys.filter { random.nextInt(3) == 0 }

    private fun change(
        action: WsSubscriptionAction,
        model: (Set<String>) -> Any,
    ) {
        model(
            when (action) {
                is WsSubscriptionAction.Add -> action.keys.toSet()
                is WsSubscriptionAction.Remove -> action.keys.toSet()
                is WsSubscriptionAction.Replace -> action.keys.toSet()
                WsSubscriptionAction.Clear -> emptySet()
            },
        )
        changers += desk.change(action)
    }

    private fun connect() {
        if (peer != null) return
        peer = Peer()
        resent = false
        desk.table.open()
    }

    private fun drop() {
        if (peer == null) return
        peer = null
        unflushed.clear()
        desk.perform(desk.table.lost().news)
    }

    private fun replaceAll(keys: Set<String>) {
        inSet.clear()
        inSet += keys
    }

    private fun take() {
        while (true) {
            val message = desk.table.next() ?: return
            (message.keys.size in 1..MAX_KEYS).shouldBeTrue()
            if (random.nextInt(10) == 0 && isFitToFail(message)) fail(message) else unflushed += message
        }
    }

    /** Only where it is plain who wanted it: who did not get to say it is told, and nobody else. */
    private fun isFitToFail(message: SubscriptionMessage): Boolean {
        val isOneHolders = message.keys.none { key -> key in inSet && holds.any { key in it.held } }
        val isSomebodys = message.entries.all { it.waiter != null }
        return isOneHolders && (isSomebodys || message.operation == SubscriptionOperation.SUBSCRIBE)
    }

    private fun fail(message: SubscriptionMessage) {
        val isWaitedFor = message.entries.associate { it.key to (it.waiter != null) }
        desk.perform(desk.table.failed(message, "full"))
        for (key in message.keys) {
            if (message.operation == SubscriptionOperation.UNSUBSCRIBE) {
                inSet += key
            } else if (isWaitedFor.getValue(key)) {
                inSet -= key
            }
        }
    }

    private fun flush() {
        val message = unflushed.removeFirstOrNull() ?: return
        peer?.heard(message)
        answerBy[message] = desk.now + patience
        // The news of an answer may overtake that of the flush.
        if (random.nextInt(4) == 0) answer()
        desk.perform(desk.table.sent(message, desk.now))
    }

    private fun answer(accepts: Boolean = random.nextInt(4) > 0) {
        val message = peer?.unanswered?.removeFirstOrNull() ?: return
        // By number and too late, it would mean nothing to anybody.
        if (!awaitsAnswers || answerBy.getValue(message) <= desk.now) return
        if (!accepts) peer?.refuse(message.keys)
        val response =
            if (accepts) {
                WsSubscriptionResponse.acknowledged(message.id)
            } else {
                WsSubscriptionResponse.rejected(message.id, "no")
            }
        desk.perform(desk.table.answered(response))
    }

    private fun letTimePass() {
        desk.now += random.nextLong(patience.inWholeMilliseconds).milliseconds
        desk.perform(desk.table.expire(desk.now))
    }

    /** The server ends subscriptions that it had agreed to. */
    private fun revoke() {
        val agreed =
            desk.table
                .states()
                .filterValues { it == WsSubscriptionState.ACKED }
                .keys
        val some = agreed.filter { random.nextInt(8) == 0 }
        if (some.isEmpty()) return
        peer?.refuse(some)
        desk.perform(desk.table.answered(WsSubscriptionResponse.rejected(some, "no more")))
    }

    private companion object {
        const val KINDS = 25
        const val MAX_KEYS = 3
        const val ENOUGH = 4
    }
}

class SubscriptionHistorySpec :
    FunSpec({
        for (awaitsAnswers in listOf(true, false)) {
            val how = if (awaitsAnswers) "with answers" else "without answers"
            test("after any history the server has what is wanted, each once, and nothing else ($how)") {
                checkAll(seeded(seed = 36, iterations = 3_000), Arb.long()) { seed ->
                    val history = SubscriptionHistory(seed, awaitsAnswers)
                    repeat(60) { history.play() }
                    history.settle()
                }
            }
        }
    })
