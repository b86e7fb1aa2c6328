package io.github.belay.internal.machine

import io.github.belay.internal.machine.LinkEffect.AdmitSends
import io.github.belay.internal.machine.LinkEffect.AnnounceEnded
import io.github.belay.internal.machine.LinkEffect.AnnounceOpened
import io.github.belay.internal.machine.LinkEffect.AnnounceReady
import io.github.belay.internal.machine.LinkEffect.EndSession
import io.github.belay.internal.machine.LinkEffect.StartSession
import io.github.belay.internal.machine.LinkEffect.WriteAuth
import io.github.belay.internal.machine.LinkEffect.WriteReplay
import io.github.belay.internal.machine.LinkState.Absent
import io.github.belay.internal.machine.LinkState.Authenticating
import io.github.belay.internal.machine.LinkState.AwaitingConsent
import io.github.belay.internal.machine.LinkState.Connecting
import io.github.belay.internal.machine.LinkState.Ending
import io.github.belay.internal.machine.LinkState.Ready
import io.github.belay.internal.machine.LinkState.Replaying
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsDisconnectCause.EndpointRequested
import io.github.belay.seeded
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.pair
import io.kotest.property.checkAll

private const val THIS = 5L
private val earlier: WsDisconnectCause = EndpointRequested("earlier")
private val trouble: WsDisconnectCause = EndpointRequested("trouble")
private val over: WsDisconnectCause = EndpointRequested("over")

private val makers: List<(Long) -> LinkInput> =
    listOf(
        LinkInput::Open,
        LinkInput::Opened,
        LinkInput::AuthWritten,
        LinkInput::Authenticated,
        LinkInput::Unauthenticated,
        LinkInput::ReplayWritten,
        { LinkInput.Troubled(it, trouble) },
        { LinkInput.Over(it, over) },
    )

private val states: List<LinkState> =
    listOf(
        Absent,
        Connecting(THIS),
        Authenticating(THIS),
        Authenticating(THIS, hasConsent = true),
        AwaitingConsent(THIS),
        Replaying(THIS),
        Ready(THIS),
        Ending(THIS, earlier),
    )

private val open = LinkInput.Open(THIS)
private val opened = LinkInput.Opened(THIS)
private val authWritten = LinkInput.AuthWritten(THIS)
private val authenticated = LinkInput.Authenticated(THIS)
private val unauthenticated = LinkInput.Unauthenticated(THIS)
private val replayWritten = LinkInput.ReplayWritten(THIS)
private val troubled = LinkInput.Troubled(THIS, trouble)
private val isOver = LinkInput.Over(THIS, over)

private fun step(
    state: LinkState,
    vararg effects: LinkEffect,
) = LinkStep(state, effects.toList())

private val replay = step(Replaying(THIS), WriteReplay(THIS))
private val end = step(Ending(THIS, trouble), EndSession(THIS, trouble))
private val gone = step(Absent, AnnounceEnded(THIS, over))

/** Every pair of state and input that does something; all others stay and do nothing. */
private val table: Map<Pair<LinkState, LinkInput>, LinkStep> =
    mapOf(
        (Absent to open) to step(Connecting(THIS), StartSession(THIS)),
        (Connecting(THIS) to opened) to step(Authenticating(THIS), AnnounceOpened(THIS), WriteAuth(THIS)),
        (Connecting(THIS) to troubled) to end,
        (Connecting(THIS) to isOver) to gone,
        (Authenticating(THIS) to authWritten) to step(AwaitingConsent(THIS)),
        (Authenticating(THIS) to authenticated) to step(Authenticating(THIS, hasConsent = true)),
        (Authenticating(THIS) to troubled) to end,
        (Authenticating(THIS) to isOver) to gone,
        (Authenticating(THIS, hasConsent = true) to authWritten) to replay,
        (Authenticating(THIS, hasConsent = true) to unauthenticated) to step(Authenticating(THIS)),
        (Authenticating(THIS, hasConsent = true) to troubled) to end,
        (Authenticating(THIS, hasConsent = true) to isOver) to gone,
        (AwaitingConsent(THIS) to authenticated) to replay,
        (AwaitingConsent(THIS) to troubled) to end,
        (AwaitingConsent(THIS) to isOver) to gone,
        (Replaying(THIS) to replayWritten) to step(Ready(THIS), AnnounceReady(THIS)),
        (Replaying(THIS) to troubled) to end,
        (Replaying(THIS) to isOver) to gone,
        (Ready(THIS) to troubled) to end,
        (Ready(THIS) to isOver) to gone,
        // The first cause is the one that counts.
        (Ending(THIS, earlier) to isOver) to step(Absent, AnnounceEnded(THIS, earlier)),
    )

/** Where an effect stands in the life of a link. */
private fun rank(effect: LinkEffect): Int =
    when (effect) {
        is StartSession -> 0
        is AnnounceOpened -> 1
        is WriteAuth -> 2
        is AdmitSends -> 3
        is WriteReplay -> 4
        is AnnounceReady -> 5
        is EndSession -> 6
        is AnnounceEnded -> 7
    }

private fun generationOf(effect: LinkEffect): Long =
    when (effect) {
        is StartSession -> effect.generation
        is AnnounceOpened -> effect.generation
        is WriteAuth -> effect.generation
        is AdmitSends -> effect.generation
        is WriteReplay -> effect.generation
        is AnnounceReady -> effect.generation
        is EndSession -> effect.generation
        is AnnounceEnded -> effect.generation
    }

class LinkMachineSpec :
    FunSpec({
        val gated = LinkMachine(gated = true)
        val public = LinkMachine(gated = false)

        for (state in states) {
            test("every input in $state") {
                for (input in makers.map { it(THIS) }) {
                    gated.next(state, input) shouldBe (table[state to input] ?: LinkStep(state))
                }
            }
        }

        test("without a gate the replay follows the login, and nobody's consent matters") {
            public.next(Authenticating(THIS), authWritten) shouldBe replay
            public.next(Authenticating(THIS), authenticated) shouldBe step(Authenticating(THIS))
        }

        test("a gate that lets sends through does so once the login has left, and only where there is a wait") {
            val lenient = LinkMachine(gated = true, gatesSends = false)
            lenient.next(Authenticating(THIS), authWritten) shouldBe step(AwaitingConsent(THIS), AdmitSends(THIS))
            lenient.next(Authenticating(THIS, hasConsent = true), authWritten) shouldBe replay
            LinkMachine(gated = false, gatesSends = false).next(Authenticating(THIS), authWritten) shouldBe replay
        }

        test("an input of another generation changes nothing") {
            for (state in states.filterIsInstance<LinkState.Present>()) {
                for (generation in listOf(THIS - 1, THIS + 1)) {
                    for (input in makers.map { it(generation) }) {
                        gated.next(state, input) shouldBe LinkStep(state)
                        public.next(state, input) shouldBe LinkStep(state)
                    }
                }
            }
        }

        test("the happy way in public and behind a gate") {
            fun LinkMachine.play(vararg inputs: LinkInput): List<LinkEffect> {
                var state: LinkState = Absent
                return inputs.flatMap { input -> next(state, input).also { state = it.state }.effects }
            }
            public.play(open, opened, authWritten, replayWritten, troubled, isOver).map(::rank) shouldContainExactly
                listOf(0, 1, 2, 4, 5, 6, 7)
            gated.play(open, opened, authWritten, authenticated, replayWritten, troubled, isOver).map(::rank) shouldBe
                listOf(0, 1, 2, 4, 5, 6, 7)
        }

        // The generation that an input carries: mostly the one whose turn it is, sometimes one beside it.
        val moves = Arb.pair(Arb.element(makers), Arb.element(0, 0, 0, 0, -1, 1))

        test("in any history each link goes its way once, in order, and ends with one cause") {
            checkAll(seeded(seed = 4_711), Arb.list(moves, 0..60), Arb.int(0, 1)) { history, gate ->
                val machine = LinkMachine(gated = gate == 1)
                var state: LinkState = Absent
                var number = 1L
                val effects = ArrayList<LinkEffect>()
                for ((make, offset) in history) {
                    val input = make(number + offset)
                    // The connection opens the next number only, and only while there is no link.
                    if (input is LinkInput.Open && input.generation != number) continue
                    val step = machine.next(state, input)
                    state = step.state
                    effects += step.effects
                    step.effects.forEach { generationOf(it) shouldBe number }
                    (state as? LinkState.Present)?.generation shouldBeIn listOf(null, number)
                    if (step.effects.any { it is AnnounceEnded }) number++
                }
                for (life in effects.groupBy(::generationOf).values) {
                    life.map(::rank).shouldBeSorted()
                    life.map(::rank).toSet().size shouldBe life.size
                    life.first()::class shouldBe StartSession::class
                    val cause = life.filterIsInstance<EndSession>().singleOrNull()?.cause
                    val end = life.filterIsInstance<AnnounceEnded>().singleOrNull()
                    if (cause != null && end != null) end.cause shouldBe cause
                }
            }
        }
    })
