package io.github.belay.internal.actor

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

private fun command() = Input.AwaitReady(CompletableDeferred())

/** A mailbox, what it gave turns to, and how often it said that it is over. */
private class Served(
    private val onTurn: Served.(Input) -> Unit = {},
) {
    val turns = ArrayList<Input>()
    var ends = 0
    val mailbox: Mailbox = Mailbox({ take(it) }) { ends++ }

    private fun take(input: Input) {
        turns += input
        onTurn(input)
    }
}

@OptIn(ExperimentalCoroutinesApi::class)
class MailboxSpec :
    FunSpec({
        test("inputs come out in the order in which they went in") {
            runTest {
                with(Served()) {
                    val inputs = listOf(command(), Input.DeadlineDue, command(), Input.InboundWaiting)
                    inputs.forEach { if (it is Input.Command) mailbox.offer(it) else mailbox.post(it as Input.Fact) }
                    backgroundScope.launch { mailbox.serve() }
                    runCurrent()
                    turns shouldContainExactly inputs
                }
            }
        }

        test("takes 1024 commands and refuses the next one, while facts still find room") {
            with(Served()) {
                repeat(Mailbox.MAX_COMMANDS) { mailbox.offer(command()) shouldBe Admission.TAKEN }
                Mailbox.MAX_COMMANDS shouldBe 1024
                mailbox.offer(command()) shouldBe Admission.FULL
                repeat(64) { mailbox.post(Input.RequestNews) }
                mailbox.abandon(Input.Abandoned)
                turns.count { it === Input.RequestNews } shouldBe 64
            }
        }

        test("facts do not use the commands' room up") {
            with(Served()) {
                repeat(64) { mailbox.post(Input.RequestNews) }
                repeat(Mailbox.MAX_COMMANDS) { mailbox.offer(command()) shouldBe Admission.TAKEN }
            }
        }

        test("a command whose turn has come makes room for another one, before the turn ends") {
            runTest {
                val answers = ArrayList<Admission>()
                val served = Served { if (turns.size == 1) repeat(2) { answers += mailbox.offer(command()) } }
                with(served) {
                    repeat(Mailbox.MAX_COMMANDS) { mailbox.offer(command()) }
                    backgroundScope.launch { mailbox.serve() }
                    runCurrent()
                    answers shouldContainExactly listOf(Admission.TAKEN, Admission.FULL)
                    turns.size shouldBe Mailbox.MAX_COMMANDS + 1
                }
            }
        }

        test("what was taken before the end is still handled, nothing afterwards, and the end is told once") {
            runTest {
                val early = command()
                val served =
                    Served {
                        mailbox.close()
                        mailbox.offer(command()) shouldBe Admission.CLOSED
                        mailbox.post(Input.DeadlineDue)
                        mailbox.turnOrPost(Input.DeadlineDue)
                    }
                with(served) {
                    mailbox.offer(early)
                    mailbox.post(Input.RequestNews)
                    launch { mailbox.serve() }.join()
                    turns shouldContainExactly listOf(early, Input.RequestNews)
                    mailbox.abandon(Input.Abandoned)
                    ends shouldBe 1
                }
            }
        }

        test("a refused command takes no room") {
            with(Served()) {
                mailbox.abandon(Input.Abandoned)
                repeat(Mailbox.MAX_COMMANDS * 2) { mailbox.offer(command()) shouldBe Admission.CLOSED }
            }
        }

        test("who brings something while nobody takes turns takes them, what waited before included") {
            with(Served()) {
                mailbox.turnOrPost(Input.InboundWaiting)
                mailbox.post(Input.DeadlineDue)
                mailbox.turnOrPost(Input.InboundWaiting)
                turns shouldContainExactly listOf(Input.InboundWaiting, Input.DeadlineDue, Input.InboundWaiting)
            }
        }

        test("who brings something within a turn does not take it there and then") {
            val depths = ArrayList<Int>()
            var depth = 0
            val served =
                Served {
                    depths += ++depth
                    if (turns.size < 4) mailbox.turnOrPost(Input.InboundWaiting)
                    depth--
                }
            served.mailbox.turnOrPost(Input.InboundWaiting)
            depths shouldContainExactly listOf(1, 1, 1, 1)
        }

        test("who takes turns elsewhere leaves a long row to the coroutine") {
            runTest {
                with(Served()) {
                    repeat(1_000) { mailbox.offer(command()) }
                    mailbox.turnOrPost(Input.InboundWaiting)
                    turns.size shouldBeLessThan 1_000
                    backgroundScope.launch { mailbox.serve() }
                    runCurrent()
                    turns.size shouldBe 1_001
                }
            }
        }

        test("a turn that fails elsewhere fails the coroutine, and what is left is still handled") {
            runTest {
                val served = Served { if (turns.size == 1) error("bug") }
                with(served) {
                    mailbox.post(Input.DeadlineDue)
                    mailbox.turnOrPost(Input.InboundWaiting)
                    val failure = runCatching { coroutineScope { mailbox.serve() } }.exceptionOrNull()
                    failure.shouldBeInstanceOf<IllegalStateException>().message shouldBe "bug"
                    mailbox.abandon(Input.Abandoned)
                    turns shouldContainExactly listOf(Input.DeadlineDue, Input.Abandoned, Input.InboundWaiting)
                    ends shouldBe 1
                }
            }
        }

        test("a coroutine that is cancelled leaves its inputs to the one that abandons the mailbox") {
            runTest {
                with(Served()) {
                    val serving = launch { mailbox.serve() }
                    runCurrent()
                    mailbox.post(Input.DeadlineDue)
                    serving.cancelAndJoin()
                    turns.shouldBeEmpty()
                    mailbox.abandon(Input.Abandoned)
                    turns shouldContainExactly listOf(Input.Abandoned, Input.DeadlineDue)
                    ends shouldBe 1
                }
            }
        }

        test("whoever is at it when the mailbox is abandoned takes all the turns that are left") {
            val served =
                Served { input ->
                    if (turns.size == 1) {
                        repeat(1_000) { mailbox.offer(command()) }
                        mailbox.abandon(Input.Abandoned)
                        turns.size shouldBe 1
                    }
                    if (turns.size == 2) input shouldBe Input.Abandoned
                }
            with(served) {
                mailbox.turnOrPost(Input.InboundWaiting)
                turns.size shouldBe 1_002
                ends shouldBe 1
            }
        }
    })
