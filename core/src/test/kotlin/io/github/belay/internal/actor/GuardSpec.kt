package io.github.belay.internal.actor

import io.github.belay.RecordingLogger
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.coroutines.cancellation.CancellationException

class GuardSpec :
    FunSpec({
        test("what user code throws is counted each time and told once for each function, by its type") {
            val log = RecordingLogger()
            var errors = 0
            val guard = Guard("ws", log) { _, _ -> errors++ }
            repeat(3) { guard.run("onOpen", "substitute") { error("secret") } shouldBe "substitute" }
            guard.run("matchRequestResponse", 0) { throw CancellationException("secret") } shouldBe 0
            repeat(2) { guard.failed("handleMessage", IllegalStateException("secret")) }
            errors shouldBe 6
            log.lines shouldContainExactly
                listOf("onOpen" to "IllegalStateException", "matchRequestResponse" to "CancellationException")
                    .plus("handleMessage" to "IllegalStateException")
                    .map { (what, type) -> "WARN ws: $what threw $type; what it throws from now on is only counted" }
        }

        test("what is counted elsewhere is told all the same") {
            val log = RecordingLogger()
            var errors = 0
            val guard = Guard("ws", log) { _, _ -> errors++ }
            repeat(2) { guard.warn("parse", IllegalStateException("secret")) }
            errors shouldBe 0
            log.lines shouldContainExactly
                listOf("WARN ws: parse threw IllegalStateException; what it throws from now on is only counted")
        }

        test("what goes well is passed on without a word") {
            val log = RecordingLogger()
            Guard("ws", log) { _, _ -> error("nothing failed") }.run("onOpen", 0) { 7 } shouldBe 7
            log.lines.shouldBeEmpty()
        }

        test("an error of the machine is not survived") {
            shouldThrow<StackOverflowError> {
                Guard(
                    "ws",
                    RecordingLogger(),
                ) { _, _ -> }.run("onOpen", Unit) { throw StackOverflowError() }
            }
        }
    })
