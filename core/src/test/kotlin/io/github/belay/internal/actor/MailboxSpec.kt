package io.github.belay.internal.actor

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield

private fun command() = Input.AwaitReady(CompletableDeferred())

private fun Mailbox.drained(): List<Input> = ArrayList<Input>().also { drain(it::add) }

class MailboxSpec :
    FunSpec({
        test("inputs come out in the order in which they went in") {
            val mailbox = Mailbox()
            val inputs = listOf(command(), Input.DeadlineDue, command(), Input.InboundWaiting)
            inputs.forEach { if (it is Input.Command) mailbox.offer(it) else mailbox.post(it as Input.Fact) }
            mailbox.drained() shouldContainExactly inputs
        }

        test("takes 1024 commands and refuses the next one") {
            val mailbox = Mailbox()
            repeat(Mailbox.MAX_COMMANDS) { mailbox.offer(command()) shouldBe Admission.TAKEN }
            Mailbox.MAX_COMMANDS shouldBe 1024
            mailbox.offer(command()) shouldBe Admission.FULL
        }

        test("facts find room when commands do not") {
            val mailbox = Mailbox()
            repeat(Mailbox.MAX_COMMANDS + 10) { mailbox.offer(command()) }
            repeat(64) { mailbox.post(Input.RequestNews) }
            mailbox.drained().count { it === Input.RequestNews } shouldBe 64
        }

        test("facts do not use the commands' room up") {
            val mailbox = Mailbox()
            repeat(64) { mailbox.post(Input.RequestNews) }
            repeat(Mailbox.MAX_COMMANDS) { mailbox.offer(command()) shouldBe Admission.TAKEN }
        }

        test("a command that was taken out makes room for another one, before its turn ends") {
            runTest {
                val mailbox = Mailbox()
                repeat(Mailbox.MAX_COMMANDS) { mailbox.offer(command()) }
                var turns = 0
                val answers = ArrayList<Admission>()
                val loop =
                    launch {
                        mailbox.forEach {
                            turns++
                            if (turns == 1) repeat(2) { answers += mailbox.offer(command()) }
                        }
                    }
                yield()
                mailbox.close()
                loop.join()
                answers shouldContainExactly listOf(Admission.TAKEN, Admission.FULL)
                turns shouldBe Mailbox.MAX_COMMANDS + 1
            }
        }

        test("what was taken before the end is still handled, and nothing afterwards") {
            runTest {
                val mailbox = Mailbox()
                val early = command()
                mailbox.offer(early)
                mailbox.close()
                mailbox.offer(command()) shouldBe Admission.CLOSED
                mailbox.post(Input.DeadlineDue)
                val handled = ArrayList<Input>()
                mailbox.forEach(handled::add)
                handled shouldContainExactly listOf(early)
            }
        }

        test("a refused command takes no room") {
            val mailbox = Mailbox()
            mailbox.drained().shouldBeEmpty()
            repeat(Mailbox.MAX_COMMANDS * 2) { mailbox.offer(command()) shouldBe Admission.CLOSED }
        }
    })
