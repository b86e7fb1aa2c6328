package io.github.belay.internal.actor

import io.github.belay.endpoint.WsMessageErrorPolicy
import io.github.belay.internal.machine.ConnectionInput
import io.github.belay.internal.machine.LinkInput
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly

private val bug = IllegalStateException("secret")

/** What is posted when, under [policy], messages of these [generations] fail one after the other. */
private fun posted(
    policy: WsMessageErrorPolicy,
    vararg generations: Long,
): List<String> {
    val facts = ArrayList<Input.Fact>()
    val errors = MessageErrors(policy, facts::add)
    for (generation in generations) errors.failed("parse", generation, bug)
    return facts.map(::describe)
}

private fun describe(fact: Input.Fact): String {
    val input = (fact as? Input.OfLink)?.input ?: (fact as? Input.OfConnection)?.input
    return when (input) {
        is LinkInput.Troubled -> "end ${input.generation}: ${input.cause}"
        is ConnectionInput.Close -> "close: ${input.cause}"
        else -> "$fact"
    }
}

class MessageErrorsSpec :
    FunSpec({
        test("a message that is skipped costs nothing else") {
            posted(WsMessageErrorPolicy.SKIP, 1, 1, 2).shouldBeEmpty()
        }

        test("each link ends once, whatever else of it fails") {
            posted(WsMessageErrorPolicy.RECONNECT, 1, 1, 2, 2) shouldContainExactly
                (1..2).map { "end $it: internal_error(parse: IllegalStateException)" }
        }

        test("the connection closes") {
            posted(WsMessageErrorPolicy.CLOSE, 3) shouldContainExactly
                listOf("close: internal_error(parse: IllegalStateException)")
        }
    })
