package io.github.belay.ktor.internal

import io.github.belay.testing.wire.requestTo
import io.github.belay.transport.WsConnectFailure
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.http.cio.ParserException
import java.io.EOFException
import java.io.IOException
import java.net.ConnectException
import java.net.UnknownHostException
import java.nio.channels.UnresolvedAddressException
import java.security.cert.CertificateException
import javax.net.ssl.SSLException
import kotlin.reflect.KClass

class ConnectFailuresSpec :
    FunSpec({
        val secret = "token=secret\r\nInjected: line"
        val cases =
            listOf<Triple<Throwable, KClass<out WsConnectFailure>, KClass<out WsConnectFailure>>>(
                same(UnknownHostException(secret), WsConnectFailure.Unreachable::class),
                same(UnresolvedAddressException(), WsConnectFailure.Unreachable::class),
                same(ConnectException("Connection refused"), WsConnectFailure.Unreachable::class),
                same(ConnectTimeoutException("timeout [url=ws://a/?$secret]"), WsConnectFailure.TimedOut::class),
                same(IOException("Connection reset", EOFException(secret)), WsConnectFailure.Unreachable::class),
                same(IllegalStateException("x", ConnectException("refused")), WsConnectFailure.Unreachable::class),
                same(SSLException("no"), WsConnectFailure.TlsFailed::class),
                same(IOException("wrapped", CertificateException("no")), WsConnectFailure.TlsFailed::class),
                same(ParserException(secret), WsConnectFailure.InvalidHandshake::class),
                same(IllegalStateException("no answer to ws://a/?$secret"), WsConnectFailure.InvalidHandshake::class),
                Triple(
                    outOfTls("Expected TLS handshake"),
                    WsConnectFailure.InvalidHandshake::class,
                    WsConnectFailure.TlsFailed::class,
                ),
            )
        for ((thrown, plain, secure) in cases) {
            test("$thrown is ${plain.simpleName}, or ${secure.simpleName} where there is TLS".replace("\r\n", " ")) {
                for ((url, expected) in listOf(
                    "ws://example.com/?token=secret" to plain,
                    "wss://example.com/?token=secret" to secure,
                )) {
                    val failure = connectFailureOf(thrown, requestTo(url))
                    failure::class shouldBe expected
                    failure.message shouldNotContain "secret"
                    failure.message shouldNotContain "\n"
                }
            }
        }

        test("what TLS says is passed on, fit for a log") {
            connectFailureOf(
                SSLException("names: a.example\n2026 ERROR forged"),
                requestTo("wss://example.com/"),
            ).message shouldBe
                "no TLS with example.com:443: names: a.example\\u000a2026 ERROR forged"
        }

        test("what Ktor's own TLS says is passed on too") {
            connectFailureOf(outOfTls("Expected TLS handshake"), requestTo("wss://example.com/")).message shouldBe
                "no TLS with example.com:443: Expected TLS handshake"
        }

        test("a ring of causes is walked once") {
            val outer = IOException("outer")
            val inner = IOException("inner", outer)
            outer.initCause(inner)
            connectFailureOf(outer, requestTo("ws://example.com/"))::class shouldBe WsConnectFailure.Unreachable::class
        }
    })

/** An exception as Ktor's TLS throws it: by check() and require(). */
private fun outOfTls(message: String) =
    IllegalStateException(message).apply {
        val frames = listOf("kotlin.PreconditionsKt", "io.ktor.network.tls.TLSClientHandshake", "io.ktor.client.Engine")
        stackTrace = frames.map { StackTraceElement(it, "run", null, -1) }.toTypedArray()
    }

private fun same(
    thrown: Throwable,
    failure: KClass<out WsConnectFailure>,
) = Triple(thrown, failure, failure)
