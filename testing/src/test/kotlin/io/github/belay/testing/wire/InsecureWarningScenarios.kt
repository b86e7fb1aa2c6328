package io.github.belay.testing.wire

import io.github.belay.transport.WsTlsConfig
import io.kotest.core.annotation.Isolate
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream

@Isolate // Reads the log where slf4j-simple writes it: the standard error of the whole JVM.
abstract class InsecureWarningScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        fun logOf(action: () -> Unit): String {
            val before = System.err
            val log = ByteArrayOutputStream()
            System.setErr(PrintStream(log, true))
            try {
                action()
            } finally {
                System.setErr(before)
            }
            return log.toString()
        }

        fun RawServer.connectTwice(
            scheme: String,
            tls: WsTlsConfig,
        ) {
            subject.newTransport().use { transport ->
                repeat(2) {
                    transport
                        .attempt(request("/?token=secret", scheme = scheme, tls = tls))
                        .first
                        .awaitConnectFailure()
                }
            }
        }

        test("TLS without validation is warned about at every connect, and nothing secret is said") {
            RawServer { }.use { server ->
                val log = logOf { server.connectTwice("wss", WsTlsConfig.insecure()) }
                log.lines().count { "WARN" in it && "TLS without validation" in it } shouldBe 2
                log shouldContain "wss://127.0.0.1:${server.port}/"
                log shouldNotContain "secret"
            }
        }

        test("nothing is warned about where TLS is validated, or not used") {
            RawServer { }.use { server ->
                logOf {
                    server.connectTwice("wss", WsTlsConfig.DEFAULT)
                    server.connectTwice("ws", WsTlsConfig.insecure())
                } shouldNotContain "WARN"
            }
        }
    })
