package io.github.belay.internal.machine

import io.github.belay.lifecycle.WsDisconnectCause.EndpointRequested
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.seeded
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds

/**
 * Plays links, timers and policies for a machine, each doing at random what it could do next, and checks on the way that
 * the machine asks for nothing out of turn. What nobody waits for any more comes as well, under its old number.
 */
private class World(
    private val random: Random,
) {
    var state: ConnectionState = ConnectionState.Idle(History())
        private set

    val asked = ArrayList<Long>()
    val refused = ArrayList<Long>()
    val judged = ArrayList<Long>()
    val pardoned = ArrayList<Long>()
    val parted = ArrayList<Long>()
    val credited = ArrayList<Long>()
    var releases = 0

    /** The link that exists, and what it does next: 0 opens, 1 gets ready, 2 only ends. */
    private var link: Long? = null
    private var progress = 0
    private var retryArmed: Long? = null
    private var stabilityArmed: Long? = null
    private val cause = EndpointRequested("x")

    fun live(moves: Int) {
        repeat(moves) { feed(draw()) }
    }

    /** The user closes, and the link, if there is one, ends in the end. */
    fun die() {
        feed(ConnectionInput.Close(cause))
        link?.let { feed(ConnectionInput.LinkEnded(it, cause, 0.seconds)) }
    }

    private fun draw(): ConnectionInput {
        val current = link
        val old = (asked.lastOrNull() ?: 0) - random.nextLong(1, 3)
        return when (random.nextInt(16)) {
            in 0..2 -> ConnectionInput.Connect
            3 -> ConnectionInput.Stop(cause)
            4 -> if (random.nextInt(20) == 0) ConnectionInput.Close(cause) else ConnectionInput.Connect
            in 5..8 -> if (current == null) ConnectionInput.Connect else progressOf(current)
            in 9..10 -> retryArmed?.let(ConnectionInput::RetryDue) ?: ConnectionInput.RetryDue(old)
            11 -> stabilityArmed?.let(ConnectionInput::StableDue) ?: ConnectionInput.StableDue(old)
            12 -> ConnectionInput.LinkEnded(current ?: old, cause, 0.seconds)
            13 -> ConnectionInput.LinkEnded(old, cause, 0.seconds)
            14 -> ConnectionInput.LinkOpened(old, null)
            else -> ConnectionInput.LinkReady(old)
        }
    }

    private fun progressOf(link: Long): ConnectionInput =
        when (progress++) {
            0 -> ConnectionInput.LinkOpened(link, null)
            1 -> ConnectionInput.LinkReady(link)
            else -> ConnectionInput.LinkEnded(link, cause, 0.seconds)
        }

    private fun feed(input: ConnectionInput) {
        if (input is ConnectionInput.LinkEnded && input.generation == link) link = null
        if (input is ConnectionInput.RetryDue && input.generation == retryArmed) retryArmed = null
        val before = state
        val step = ConnectionMachine.next(before, input)
        state = step.state
        if (before is ConnectionState.Closed) step shouldBe ConnectionStep(before)
        step.effects.forEach(::perform)
        (state is ConnectionState.Waiting) shouldBe (retryArmed != null)
        (state.hasLink) shouldBe (link != null)
    }

    private val ConnectionState.hasLink: Boolean
        get() =
            when (this) {
                is ConnectionState.Opening, is ConnectionState.Proving, is ConnectionState.Serving,
                is ConnectionState.Stopping, is ConnectionState.Restarting, is ConnectionState.Closing,
                -> true

                is ConnectionState.Idle, is ConnectionState.Judging, is ConnectionState.Waiting,
                is ConnectionState.Closed,
                -> false
            }

    private fun perform(effect: ConnectionEffect) {
        when (effect) {
            is ConnectionEffect.OpenLink -> openLink(effect.generation)
            is ConnectionEffect.EndLink -> effect.generation shouldBe link
            is ConnectionEffect.Greet -> effect.event.generation shouldBe link
            is ConnectionEffect.Judge -> judge(effect.generation)
            is ConnectionEffect.Pardon -> pardoned += effect.generation
            is ConnectionEffect.ArmRetry -> retryArmed = effect.generation
            ConnectionEffect.DisarmRetry -> retryArmed = null
            is ConnectionEffect.ArmStability -> stabilityArmed = effect.generation
            is ConnectionEffect.Credit -> credited += effect.generation
            is ConnectionEffect.Part -> parted += effect.event.generation
            is ConnectionEffect.Release -> releases++
            ConnectionEffect.ResetStrategy, is ConnectionEffect.Publish, is ConnectionEffect.FailQueued -> Unit
        }
    }

    private fun openLink(generation: Long) {
        link shouldBe null
        generation shouldBe (asked.lastOrNull() ?: 0) + 1
        asked += generation
        if (random.nextInt(4) == 0) {
            refused += generation
            feed(ConnectionInput.Refused(generation, 1.seconds))
        } else {
            link = generation
            progress = 0
        }
    }

    private fun judge(generation: Long) {
        judged += generation
        val givesUp = random.nextInt(5) == 0
        val verdict = if (givesUp) Verdict.GiveUp(WsGiveUpReason.EXHAUSTED) else Verdict.Retry(1.seconds)
        feed(ConnectionInput.Judged(generation, verdict))
    }
}

class ConnectionMachineHistorySpec :
    FunSpec({
        suspend fun forAllHistories(check: World.() -> Unit) =
            checkAll(seeded(seed = 815), Arb.long(), Arb.int(0, 200)) { seed, moves ->
                World(Random(seed)).run {
                    live(moves)
                    check()
                }
            }

        test("at most one link is asked for at a time, under a number that grows by one") {
            // The world itself refuses anything else.
            forAllHistories { asked shouldContainExactly (1L..asked.size).toList() }
        }

        test("closed is where every history ends, once") {
            forAllHistories {
                die()
                state.shouldBeInstanceOf<ConnectionState.Closed>()
                releases shouldBe 1
                live(50)
                releases shouldBe 1
            }
        }

        test("every link that was granted parts once, and is either judged or pardoned") {
            forAllHistories {
                die()
                val granted = asked - refused.toSet()
                parted shouldContainExactly granted
                (judged + pardoned).sorted() shouldContainExactly granted
            }
        }

        test("no link is credited twice") {
            forAllHistories {
                credited.shouldBeSorted()
                credited.toSet().size shouldBe credited.size
            }
        }

        test("the histories reach every state and end") {
            val reached = HashSet<String?>()
            repeat(500) { seed ->
                World(Random(seed)).run {
                    repeat(60) {
                        live(1)
                        reached += state::class.simpleName
                    }
                }
            }
            // Judging lasts only within a step.
            reached shouldBe
                setOf("Idle", "Opening", "Proving", "Serving", "Waiting", "Stopping", "Restarting", "Closing", "Closed")
        }
    })
