package io.github.belay.netty

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class NettyProxySpec :
    FunSpec({
        test("an address is read with its scheme, port and credentials, and shown without them") {
            NettyProxy.parse("http://proxy.example").toString() shouldBe "NettyProxy(http://proxy.example:1080)"
            NettyProxy.parse("SOCKS5H://u:p%40w@proxy.example:9/").toString() shouldBe
                "NettyProxy(socks5://***@proxy.example:9)"
            NettyProxy.parse("socks4a://user@[::1]:1").toString() shouldBe "NettyProxy(socks4://***@::1:1)"
        }

        for ((address, rule) in listOf(
            "ftp://u:secret@h" to "proxy scheme must be http, socks4, socks4a, socks5 or socks5h",
            "u:secret" to "proxy must name a host",
            "http://u:secret@h/path" to "proxy must have no path, query or fragment",
            "http://u:secret@h?q" to "proxy must have no path, query or fragment",
            "http://u:secret@h:99999" to "proxy port must be in 1..65535 but was 99999",
            "http://u:se cret@h" to "proxy must be a well-formed address but is not",
            "socks4://u:secret@h" to "proxy password must be empty: SOCKS4 has none",
            "http://:secret@h" to "proxy user must not be empty",
        )) {
            test("$rule ($address)") {
                val refusal = shouldThrow<IllegalArgumentException> { NettyProxy.parse(address) }
                refusal.message shouldBe rule
                refusal.stackTraceToString() shouldNotContain "secret"
            }
        }

        test("a host must be named and a port be one") {
            shouldThrow<IllegalArgumentException> { NettyProxy.http(" ", 1) }.message shouldBe
                "proxy host must not be blank"
            shouldThrow<IllegalArgumentException> { NettyProxy.socks5("h", 0) }.message shouldBe
                "proxy port must be in 1..65535 but was 0"
        }
    })
