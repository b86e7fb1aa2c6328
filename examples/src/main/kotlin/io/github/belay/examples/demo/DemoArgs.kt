package io.github.belay.examples.demo

import io.github.belay.ktor.KtorTransport
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsUrl
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** What the command line asks for. */
internal sealed interface DemoArgs {
    /** How long to run. */
    val duration: Duration

    /** The embedded market, with its link broken on a schedule. */
    class Market(
        override val duration: Duration,
    ) : DemoArgs

    /** An endpoint of the user's, kept open. */
    class Endpoint(
        override val duration: Duration,
        val url: String,
        val headers: WsHeaders,
        val subprotocols: List<String>,
        /** Text messages to send whenever the connection is ready. */
        val sends: List<String>,
    ) : DemoArgs

    companion object {
        const val USAGE: String =
            """usage: ./demo [--seconds N]
       ./demo ws[s]://host/path [--send TEXT]... [--header 'Name: value']... [--subprotocol NAME]... [--seconds N]"""

        private val DEFAULT_MARKET = 20.seconds
        private const val MIN_MARKET_SECONDS = 12
        private const val MAX_SECONDS = 86_400

        /** Reads [args]; throws [IllegalArgumentException] with one clear line for what it cannot use. */
        fun parse(args: List<String>): DemoArgs {
            val reader = Arguments(args)
            val duration = reader.seconds
            val url = reader.url
            if (url != null) {
                // Whatever the handshake or the transport does not allow is an error in the arguments.
                val request = WsConnectRequest(WsUrl.parse(url), reader.headers, reader.subprotocols)
                KtorTransport().use { it.check(request) }
                return Endpoint(duration ?: Duration.INFINITE, url, reader.headers, reader.subprotocols, reader.sends)
            }
            require(reader.sends.isEmpty() && reader.subprotocols.isEmpty() && reader.headers.entries.isEmpty()) {
                "--send, --header and --subprotocol need an address"
            }
            require(duration == null || duration >= MIN_MARKET_SECONDS.seconds) {
                "--seconds must be at least $MIN_MARKET_SECONDS for the built-in market but was ${duration?.inWholeSeconds}"
            }
            return Market(duration ?: DEFAULT_MARKET)
        }

        private class Arguments(
            args: List<String>,
        ) {
            var seconds: Duration? = null
            var url: String? = null
            var headers: WsHeaders = WsHeaders.EMPTY
            val subprotocols = mutableListOf<String>()
            val sends = mutableListOf<String>()

            init {
                val rest = args.iterator()
                while (rest.hasNext()) take(rest.next(), rest)
            }

            private fun take(
                word: String,
                rest: Iterator<String>,
            ) {
                fun value(): String {
                    require(rest.hasNext()) { "$word needs a value" }
                    return rest.next()
                }
                when (word) {
                    "--seconds" -> {
                        seconds = seconds(value())
                    }

                    "--send" -> {
                        sends += value()
                    }

                    "--header" -> {
                        headers = header(value())
                    }

                    "--subprotocol" -> {
                        subprotocols += value()
                    }

                    else -> {
                        require(!word.startsWith("-")) { "unknown option $word" }
                        require(url == null) { "only one address can be kept open" }
                        url = word
                    }
                }
            }

            private fun seconds(text: String): Duration {
                val number = text.toIntOrNull()
                require(
                    number != null && number in 1..MAX_SECONDS,
                ) { "--seconds must be in 1..$MAX_SECONDS but was $text" }
                return number.seconds
            }

            private fun header(line: String): WsHeaders {
                require(':' in line) { "--header must look like 'Name: value'" }
                return headers.with(line.substringBefore(':').trim(), line.substringAfter(':').trim())
            }
        }
    }
}
