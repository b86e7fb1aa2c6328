package io.github.belay.examples.demo

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

class DemoArgsTest {
    @Test
    fun runsTheMarketForTwentySecondsWithoutArguments() {
        DemoArgs.parse(emptyList()).shouldBeInstanceOf<DemoArgs.Market>().duration shouldBe 20.seconds
    }

    @Test
    fun keepsAnEndpointOpenWithWhatItIsGiven() {
        val words = "wss://host/path?token=x --send hello --send again --subprotocol v1 --seconds 5".split(' ')
        val args = DemoArgs.parse(words + listOf("--header", "X-Key: a b")).shouldBeInstanceOf<DemoArgs.Endpoint>()
        args.url shouldBe "wss://host/path?token=x"
        args.sends shouldBe listOf("hello", "again")
        args.subprotocols shouldBe listOf("v1")
        args.headers["x-key"] shouldBe "a b"
        args.duration shouldBe 5.seconds
    }

    @Test
    fun keepsAnEndpointOpenForEverUnlessToldOtherwise() {
        DemoArgs.parse(listOf("ws://host")).duration shouldBe Duration.INFINITE
    }

    @ParameterizedTest
    @CsvSource(
        "--wrong, unknown option --wrong",
        "--seconds, --seconds needs a value",
        "--seconds x, --seconds must be in 1..86400 but was x",
        "--seconds 3, --seconds must be at least 12 for the built-in market but was 3",
        "--send a, '--send, --header and --subprotocol need an address'",
        "http://host, url scheme must be ws or wss",
        "ws://a ws://b, only one address can be kept open",
        "ws://a --header nocolon, --header must look like 'Name: value'",
        "ws://a --header X:ä, 'value of header X must be ASCII: Ktor would send it as UTF-8'",
        "ws://a --header Expect:x, 'header Expect must not be set: Ktor drops it'",
        "ws://a --header Proxy-Authorization:x, 'header Proxy-Authorization must not be set: the server would get it; a transport takes its proxys credentials itself'",
    )
    fun refusesWithOneClearLine(
        line: String,
        message: String,
    ) {
        val thrown = shouldThrow<IllegalArgumentException> { DemoArgs.parse(line.split(' ')) }
        thrown.message?.replace("'", "") shouldBe message.replace("'", "")
    }
}
