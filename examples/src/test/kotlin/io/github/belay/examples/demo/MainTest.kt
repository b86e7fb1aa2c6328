package io.github.belay.examples.demo

import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.testing.server.RawWsServer
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import org.junit.jupiter.api.Test

class MainTest {
    private val screen = PrintedScreen()
    private val errors = Printed()

    private fun run(vararg args: String): Int = demo(args.toList(), screen.screen, errors.stream)

    @Test
    fun argumentsThatCannotBeUsedGetOneLineAndExitCodeTwo() {
        run("ws://host/", "--header", "Expect: x") shouldBe 2
        errors.lines() shouldContainExactly
            listOf("demo: header Expect must not be set: Ktor drops it (see ./demo --help)")
        screen.lines().shouldBeEmpty()
    }

    @Test
    fun theUsageIsToldToWhoAsks() {
        run("--help") shouldBe 0
        screen.lines().first() shouldStartWith "usage: ./demo"
    }

    @Test
    fun aConnectionThatGivesUpEndsWithOneLineAndExitCodeOne() {
        RawWsServer().use { server ->
            server.enqueue(ServerHandshake.Refuse(UNAUTHORIZED))
            run(server.url.reveal()) shouldBe 1
        }
        screen.lines().last() shouldStartWith "the connection gave up: handshake_rejected(status=401"
    }

    private companion object {
        const val UNAUTHORIZED = 401
    }
}
