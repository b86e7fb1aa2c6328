package io.github.belay.testing.wire

import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import java.security.cert.X509Certificate
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext

/** A server's certificate and key, made by the JDK's keytool. */
class TestCertificate(
    private val store: KeyStore,
) {
    val certificate: X509Certificate get() = store.getCertificate(ALIAS) as X509Certificate

    /** What a server with this certificate speaks TLS with. */
    val serverContext: SSLContext
        get() = SSLContext.getInstance("TLS").apply { init(keys.keyManagers, null, null) }

    /** Key and certificate, for whoever shows them. */
    val keys: KeyManagerFactory
        get() =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm()).apply {
                init(store, PASSWORD.toCharArray())
            }

    companion object {
        private const val ALIAS = "server"
        private const val PASSWORD = "changeit"
        private val made = ConcurrentHashMap<List<String>, TestCertificate>()

        /** Self-signed for [names], as keytool writes them: `dns:localhost,ip:127.0.0.1`; null for no names at all. */
        fun selfSigned(
            names: String? = "dns:localhost,ip:127.0.0.1",
            keyAlgorithm: String = "RSA",
        ): TestCertificate =
            make(listOf("-keyalg", keyAlgorithm) + if (names == null) emptyList() else listOf("-ext", "san=$names"))

        /** Not valid any more since twenty days ago. */
        fun expired(): TestCertificate =
            make(listOf("-keyalg", "RSA", "-ext", "san=dns:localhost", "-startdate", "-30d", "-validity", "10"))

        private fun make(options: List<String>): TestCertificate =
            made.computeIfAbsent(options) {
                val directory = Files.createTempDirectory("belay-certificates")
                try {
                    TestCertificate(keytool(directory.resolve("server.p12"), options))
                } finally {
                    directory.toFile().deleteRecursively()
                }
            }

        private fun keytool(
            file: Path,
            options: List<String>,
        ): KeyStore {
            val tool = File(System.getProperty("java.home"), "bin/keytool").path
            val command =
                listOf(
                    tool,
                    "-J-XX:TieredStopAtLevel=1",
                    "-J-XX:+UseSerialGC",
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-dname",
                    "CN=localhost",
                ) +
                    listOf("-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", file.toString()) + options
            val process = ProcessBuilder(command).redirectErrorStream(true).start()
            val output = process.inputReader().readText()
            check(process.waitFor(RawServer.PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) { output }
            return KeyStore
                .getInstance(
                    "PKCS12",
                ).apply { Files.newInputStream(file).use { load(it, PASSWORD.toCharArray()) } }
        }
    }
}
