package io.github.belay.netty

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.netty.channel.Channel
import io.netty.channel.ChannelFuture
import io.netty.channel.ChannelHandler
import io.netty.channel.ChannelPromise
import io.netty.channel.embedded.EmbeddedChannel
import java.io.IOException
import java.net.InetAddress
import java.util.concurrent.TimeUnit

/** A race whose time and whose sockets are the test's. */
private class Track(
    vararg names: String,
) : AddressRace.Outcome {
    private val clock = EmbeddedChannel().apply { freezeTime() }
    private val attempts = LinkedHashMap<String, Attempt>()
    private val race = AddressRace(clock.eventLoop(), names.map(InetAddress::getByName), ::connect, this)

    /** What happened, in order. */
    val story = ArrayList<String>()

    private class Attempt(
        private val finishLine: ChannelHandler,
    ) {
        val channel = EmbeddedChannel()
        val promise: ChannelPromise = channel.newPromise()

        fun succeed() {
            promise.setSuccess()
            channel.pipeline().addLast(finishLine).fireChannelActive()
        }
    }

    private fun connect(
        address: InetAddress,
        first: ChannelHandler,
    ): ChannelFuture {
        val attempt = Attempt(first)
        attempts[address.hostAddress] = attempt
        story += "try ${address.hostAddress}"
        attempt.channel.closeFuture().addListener { story += "close ${address.hostAddress}" }
        return attempt.promise
    }

    fun run() = race.run()

    fun cancel() = race.cancel()

    fun pass(millis: Long) {
        clock.advanceTimeBy(millis, TimeUnit.MILLISECONDS)
        clock.runScheduledPendingTasks()
    }

    fun fail(
        name: String,
        why: String = "refused",
    ) {
        attempts.getValue(name).promise.setFailure(IOException(why))
    }

    fun succeed(name: String) = attempts.getValue(name).succeed()

    override fun onConnected(winner: Channel) {
        story += "won ${attempts.entries.single { it.value.channel === winner }.key}"
    }

    override fun onNoneLeft(lastCause: Throwable?) {
        story += "none left: ${lastCause?.message}"
    }
}

class AddressRaceSpec :
    FunSpec({
        test(
            "the next address is tried 250 ms after the one before, as long as none has answered (RFC 8305 section 5)",
        ) {
            val track = Track("10.0.0.1", "10.0.0.2", "10.0.0.3").apply { run() }
            track.pass(249)
            track.story shouldContainExactly listOf("try 10.0.0.1")
            track.pass(1)
            track.pass(249)
            track.story shouldContainExactly listOf("try 10.0.0.1", "try 10.0.0.2")
            track.pass(1)
            track.story.last() shouldBe "try 10.0.0.3"
        }

        test("an address that fails lets the next one begin at once, which has a head start of its own") {
            val track = Track("10.0.0.1", "10.0.0.2", "10.0.0.3").apply { run() }
            track.pass(200)
            track.fail("10.0.0.1")
            track.story shouldContainExactly listOf("try 10.0.0.1", "try 10.0.0.2")
            track.pass(249)
            track.story.size shouldBe 2
            track.pass(1)
            track.story.last() shouldBe "try 10.0.0.3"
        }

        test("the first to be connected wins, the others are closed and no further one is tried") {
            val track = Track("10.0.0.1", "10.0.0.2", "10.0.0.3").apply { run() }
            track.pass(250)
            track.succeed("10.0.0.2")
            track.pass(10_000)
            track.story shouldContainExactly listOf("try 10.0.0.1", "try 10.0.0.2", "close 10.0.0.1", "won 10.0.0.2")
        }

        test("a winner that does not do leaves the losers and the untried, in their order") {
            val track = Track("10.0.0.1", "10.0.0.2", "10.0.0.3").apply { run() }
            track.pass(250)
            track.succeed("10.0.0.2")
            track.story.clear()
            track.run()
            track.fail("10.0.0.1")
            track.fail("10.0.0.3", "unreachable")
            track.story shouldContainExactly listOf("try 10.0.0.1", "try 10.0.0.3", "none left: unreachable")
        }

        test("a winner that does not do and was the last leaves none, and no older failure in its place") {
            val track = Track("10.0.0.1", "10.0.0.2").apply { run() }
            track.fail("10.0.0.1")
            track.succeed("10.0.0.2")
            track.run()
            track.story.last() shouldBe "none left: null"
        }

        test("when all have failed the last failure is told, once") {
            val track = Track("10.0.0.1", "10.0.0.2").apply { run() }
            track.pass(250)
            track.fail("10.0.0.2", "no route")
            track.story.size shouldBe 2
            track.fail("10.0.0.1")
            track.pass(10_000)
            track.story.drop(2) shouldContainExactly listOf("none left: refused")
        }

        test("no address is none left") {
            Track().apply { run() }.story shouldContainExactly listOf("none left: null")
        }

        test("a race that is cancelled closes all and tells nothing, whatever comes late") {
            val track = Track("10.0.0.1", "10.0.0.2", "10.0.0.3").apply { run() }
            track.pass(250)
            track.cancel()
            track.fail("10.0.0.2")
            track.succeed("10.0.0.1")
            track.run()
            track.pass(10_000)
            track.story.drop(2) shouldContainExactly listOf("close 10.0.0.1", "close 10.0.0.2")
        }

        test("families take turns, the first address first (RFC 8305 section 4)") {
            fun turns(vararg names: String): List<String> =
                AddressRace.inTurns(names.map(InetAddress::getByName)).map { it.hostAddress }
            turns("10.0.0.1", "10.0.0.2", "10.0.0.3", "::1", "::2") shouldContainExactly
                listOf("10.0.0.1", "0:0:0:0:0:0:0:1", "10.0.0.2", "0:0:0:0:0:0:0:2", "10.0.0.3")
            turns("::1", "::2", "10.0.0.1") shouldContainExactly
                listOf("0:0:0:0:0:0:0:1", "10.0.0.1", "0:0:0:0:0:0:0:2")
            turns("10.0.0.2", "10.0.0.1") shouldContainExactly listOf("10.0.0.2", "10.0.0.1")
            turns() shouldContainExactly emptyList()
        }

        test("of many addresses eight are tried, both families among them") {
            val names = List(20) { "10.0.0.$it" } + "::1"
            val track = Track(*names.toTypedArray()).apply { run() }
            repeat(20) { track.pass(250) }
            track.story.size shouldBe 8
            track.story[1] shouldBe "try 0:0:0:0:0:0:0:1"
        }
    })
