package io.github.belay.internal.machine

import io.github.belay.frame.CloseCode
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsGiveUpReason
import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test
import java.io.File
import kotlin.time.Duration

/**
 * Draws both machines by asking them, every state and every input, and compares with `docs/lifecycle.md`. Rewrite the
 * page with `-Dapi.update=true`.
 */
class StateDiagramTest {
    private val cause = WsDisconnectCause.Requested(CloseCode.NORMAL, "")
    private val history = History(generation = 1)

    @Test
    fun lifecyclePageShowsTheConnectionMachineAsItIs() = compare("connection", connectionDiagram())

    @Test
    fun lifecyclePageShowsTheLinkMachineAsItIs() = compare("link", linkDiagram())

    private fun connectionDiagram(): String {
        val states =
            listOf(
                ConnectionState.Idle(history),
                ConnectionState.Opening(history),
                ConnectionState.Proving(history),
                ConnectionState.Serving(history),
                ConnectionState.Judging(history, cause, wasOpen = true),
                ConnectionState.Waiting(history),
                ConnectionState.Stopping(history),
                ConnectionState.Restarting(history),
                ConnectionState.Closing(history, cause),
                ConnectionState.Closed(cause),
            )
        val inputs =
            listOf(
                ConnectionInput.Connect,
                ConnectionInput.Stop(cause),
                ConnectionInput.Close(cause),
                ConnectionInput.LinkOpened(1, subprotocol = null),
                ConnectionInput.LinkReady(1),
                ConnectionInput.LinkEnded(1, cause, Duration.ZERO),
                ConnectionInput.Judged(1, Verdict.Retry(Duration.ZERO)),
                ConnectionInput.Judged(1, Verdict.GiveUp(WsGiveUpReason.ABORTED)),
                ConnectionInput.Refused(1, Duration.ZERO),
                ConnectionInput.RetryDue(1),
                ConnectionInput.StableDue(1),
            )
        return diagram(states, inputs, ::label) { state, input -> ConnectionMachine.next(state, input).state }
    }

    private fun linkDiagram(): String {
        val states =
            listOf(
                LinkState.Absent,
                LinkState.Connecting(1),
                LinkState.Authenticating(1),
                LinkState.AwaitingConsent(1),
                LinkState.Replaying(1),
                LinkState.Ready(1),
                LinkState.Ending(1, cause),
            )
        val inputs =
            listOf(
                LinkInput.Open(1),
                LinkInput.Opened(1),
                LinkInput.AuthWritten(1),
                LinkInput.Authenticated(1),
                LinkInput.Unauthenticated(1),
                LinkInput.ReplayWritten(1),
                LinkInput.Troubled(1, cause),
                LinkInput.Over(1, cause),
            )
        val public = LinkMachine(gated = false)
        val gated = LinkMachine(gated = true)
        val lines =
            diagram(states, inputs, { it.name() }) { state, input -> public.next(state, input).state }.lines() +
                diagram(
                    states,
                    inputs,
                    { it.name() + " (gated)" },
                ) { state, input -> gated.next(state, input).state }.lines()
        // What both modes do is drawn once; only what differs keeps its mark.
        val plain = lines.filterNot { it.endsWith("(gated)") }.toSet()
        return lines
            .filterNot {
                it.removeSuffix(
                    " (gated)",
                ) in plain && it.endsWith("(gated)")
            }.distinct()
            .joinToString("\n")
    }

    private fun label(input: ConnectionInput): String =
        if (input is ConnectionInput.Judged) "${input.name()}: ${input.verdict.name()}" else input.name()

    private fun <S : Any, I : Any> diagram(
        states: List<S>,
        inputs: List<I>,
        label: (I) -> String,
        next: (S, I) -> S,
    ): String =
        states
            .flatMap { state -> inputs.map { input -> Triple(state.name(), next(state, input).name(), label(input)) } }
            .filter { (from, to, _) -> from != to }
            .groupBy({ it.first to it.second }, { it.third })
            .map { (edge, labels) -> "    ${edge.first} --> ${edge.second}: ${labels.joinToString(", ")}" }
            .joinToString("\n")

    private fun Any.name(): String = this::class.simpleName.orEmpty()

    private fun compare(
        name: String,
        diagram: String,
    ) {
        val page = File(System.getProperty("basedir"), "../docs/lifecycle.md")
        val block =
            Regex("(<!-- diagram:$name -->\n```mermaid\nstateDiagram-v2\n).*?(```\n)", RegexOption.DOT_MATCHES_ALL)
        val text = page.readText()
        val drawn = block.replace(text) { it.groupValues[1] + diagram + "\n" + it.groupValues[2] }
        if (System.getProperty("api.update").toBoolean()) page.writeText(drawn)
        withClue("docs/lifecycle.md is stale: run with -Dapi.update=true") { page.readText() shouldBe drawn }
    }
}
