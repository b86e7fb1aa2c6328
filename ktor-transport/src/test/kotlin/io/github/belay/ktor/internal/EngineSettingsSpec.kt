package io.github.belay.ktor.internal

import io.github.belay.ktor.KtorTransport
import io.github.belay.testing.wire.TestCertificate
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.ktor.client.engine.ProxyBuilder
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.engine.http
import io.ktor.network.tls.CertificateAndKey
import kotlinx.coroutines.Dispatchers
import java.security.KeyPairGenerator

class EngineSettingsSpec :
    FunSpec({
        val refused =
            mapOf<String, CIOEngineConfig.() -> Unit>(
                "engine.proxy" to { proxy = ProxyBuilder.socks("127.0.0.1", 1080) },
                "engine.dispatcher" to { dispatcher = Dispatchers.Default },
                "engine.endpoint.connectAttempts" to { endpoint.connectAttempts = 3 },
                "engine.endpoint.socketTimeout" to { endpoint.socketTimeout = 1000 },
                "engine.endpoint.allowHalfClose" to {
                    @Suppress("DEPRECATION")
                    run { endpoint.allowHalfClose = true }
                },
                "engine.https.trustManager" to { https.trustManager = BlindTrust() },
                "engine.https.serverName" to { https.serverName = "other.example" },
            )
        for ((setting, block) in refused) {
            test("$setting is refused by its name when the transport is made") {
                shouldThrow<IllegalArgumentException> { KtorTransport { engine(block) } }.message shouldStartWith
                    setting
            }
        }

        test("a client certificate that Ktor would not send is refused") {
            val certificate = TestCertificate.selfSigned(keyAlgorithm = "EC").certificate
            val key = KeyPairGenerator.getInstance("EC").generateKeyPair().private
            shouldThrow<IllegalArgumentException> {
                KtorTransport { engine { https.certificates += CertificateAndKey(arrayOf(certificate), key) } }
            }.message shouldStartWith "engine.https certificates"
        }

        test("what the transport needs wins, the rest is the user's") {
            val settings =
                EngineSettings {
                    maxConnectionsCount = 1
                    endpoint.maxConnectionsPerRoute = 1
                    pipelining = true
                    endpoint.keepAliveTime = 77
                    proxy = ProxyBuilder.http("http://127.0.0.1:3128")
                }
            val engine = CIOEngineConfig()
            settings.applyTo(engine, Dispatchers.IO, tls = null)
            engine.maxConnectionsCount shouldBe Int.MAX_VALUE
            engine.endpoint.maxConnectionsPerRoute shouldBe Int.MAX_VALUE
            engine.pipelining shouldBe false
            engine.dispatcher shouldBe Dispatchers.IO
            engine.endpoint.keepAliveTime shouldBe 77
            engine.proxy shouldBe settings.proxy
        }

        test("two blocks of settings add up") {
            KtorTransport {
                engine { endpoint.connectAttempts = 3 }
                engine { endpoint.connectAttempts = 1 }
            }.close()
        }
    })
