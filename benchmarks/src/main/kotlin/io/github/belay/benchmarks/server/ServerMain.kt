package io.github.belay.benchmarks.server

import java.util.Base64

/** A server process: says `ready PORT TLS_PORT CERTIFICATE` and serves until its standard input ends. */
fun main() {
    BenchServer().use { server ->
        server.start()
        println(
            "ready ${server.port} ${server.tlsPort} ${Base64.getEncoder().encodeToString(server.certificate.encoded)}",
        )
        generateSequence(::readlnOrNull).count()
    }
}
