package io.github.belay.ktor.internal

import io.github.belay.WebSocketActor
import io.github.belay.WsTarget
import io.github.belay.frame.WsDeflateConfig
import io.github.belay.ktor.KtorTransport
import io.github.belay.testing.wire.requestTo
import io.github.belay.transport.WsHeaders
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Isolate
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.engine.ProxyBuilder
import io.ktor.client.engine.http
import java.io.IOException
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.SocketAddress
import java.net.URI

@Isolate // One test exchanges the proxy selector of the whole JVM.
class RequestLimitsSpec :
    FunSpec({
        val plain = EngineSettings {}
        val proxied = EngineSettings { proxy = ProxyBuilder.http("http://127.0.0.1:3128") }

        fun refusal(
            url: String,
            headers: WsHeaders = WsHeaders.EMPTY,
            settings: EngineSettings = plain,
        ): String =
            shouldThrow<IllegalArgumentException> {
                requireHonourable(requestTo(url, headers), settings)
            }.message.orEmpty()

        test("an ordinary request is honoured") {
            requireHonourable(requestTo("ws://example.com/", WsHeaders.of("Authorization", "x")), plain)
            requireHonourable(requestTo("wss://[::1]/"), plain)
            requireHonourable(requestTo("wss://example.com/"), proxied)
        }

        test("a header that would be dropped is refused when the connection is made, with a provider of targets too") {
            KtorTransport().use { transport ->
                shouldThrow<IllegalArgumentException> {
                    WebSocketActor(transport) {
                        target { WsTarget("ws://example.com/") }
                        header("Expect", "x")
                    }
                }.message shouldBe "header Expect must not be set: Ktor drops it"
            }
        }

        test("compression is refused when the connection is made") {
            KtorTransport().use { transport ->
                shouldThrow<IllegalArgumentException> {
                    WebSocketActor(transport) {
                        url("ws://example.com/")
                        compression = WsDeflateConfig()
                    }
                }.message shouldBe "compression must not be set: this transport does not compress"
            }
        }

        test("ws through a proxy is refused") {
            refusal("ws://example.com/", settings = proxied) shouldContain "engine.proxy"
        }

        test("headers that Ktor would drop or change are refused, without their values") {
            refusal("ws://a/", WsHeaders.of("Expect", "100-continue")) shouldContain "Expect"
            refusal("ws://a/", WsHeaders.of("X-Name", "Zoë")).run {
                this shouldContain "X-Name"
                this shouldNotContain "Zo"
            }
        }

        test("a proxy that only the JVM's selector knows is refused, and the selector sees no query") {
            val before = ProxySelector.getDefault()
            var asked: URI? = null
            ProxySelector.setDefault(
                object : ProxySelector() {
                    override fun select(uri: URI): List<Proxy> {
                        asked = uri
                        return listOf(Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example", 3128)))
                    }

                    override fun connectFailed(
                        uri: URI?,
                        address: SocketAddress?,
                        failure: IOException?,
                    ) = Unit
                },
            )
            try {
                refusal("ws://example.com/path?token=secret") shouldContain "ProxySelector"
                asked.toString() shouldNotContain "secret"
                requireHonourable(requestTo("wss://example.com/"), proxied)
            } finally {
                ProxySelector.setDefault(before)
            }
        }
    })
