package io.github.belay.benchmarks.subject

import io.github.belay.ktor.KtorTransport
import io.github.belay.netty.NettyTransport
import io.github.belay.transport.WsTransport

/** A subject that can be made, and what may be asked of it. */
class SubjectEntry(
    val name: String,
    /** How many links may sensibly be open at once. */
    val maxConnections: Int = Int.MAX_VALUE,
    /** How many messages may be sent in one run, where the library would let a queue grow without bound. */
    val maxSent: Long = Long.MAX_VALUE,
    val make: (Trust) -> Subject,
) {
    /** True if it has requests of its own. */
    val asks: Boolean get() = name.startsWith("belay")
}

/** All that can be measured, by the names that reports use. */
object Subjects {
    const val BARE: String = "bare"
    const val OKHTTP: String = "okhttp"
    const val KTOR_RAW: String = "ktor-raw"
    const val BELAY_KTOR: String = "belay-ktor"
    const val BELAY_NETTY: String = "belay-netty"
    const val BELAY_NETTY_JAVA: String = "belay-netty-java"

    /** One or two threads for each link. */
    private const val THREADED = 1000

    /** Ten thousand take a minute in each round: only for both transports and for what they stand on. */
    private const val MANY = 1000
    private const val UNBOUNDED_QUEUE = 1_000_000L

    val entries: List<SubjectEntry> =
        listOf(
            SubjectEntry(BARE, maxConnections = THREADED, make = ::Bare),
            SubjectEntry(OKHTTP, maxConnections = THREADED, make = ::OkHttp),
            SubjectEntry("jdk", maxConnections = MANY, make = ::JdkClient),
            SubjectEntry("java-websocket", maxConnections = THREADED, make = ::JavaWebSocket),
            SubjectEntry("jetty", maxConnections = MANY, make = ::Jetty),
            SubjectEntry("vertx", maxConnections = MANY, make = ::VertX),
            SubjectEntry("netty-codec", make = ::NettyCodec),
            SubjectEntry(KTOR_RAW, maxSent = UNBOUNDED_QUEUE, make = ::KtorRaw),
        ) + belay(BELAY_NETTY) { NettyTransport() } + belay(BELAY_KTOR) { KtorTransport() }

    private fun belay(
        name: String,
        transport: () -> WsTransport,
    ) = listOf(
        SubjectEntry(name) { Belay(transport(), Handling.INLINE, it) },
        SubjectEntry("$name-flow", maxConnections = MANY) { Belay(transport(), Handling.FLOW, it) },
        SubjectEntry("$name-java", maxConnections = MANY) { BelayJava(transport(), it) },
    )

    /** Throws [IllegalArgumentException] for a name that nothing has. */
    fun find(name: String): SubjectEntry =
        requireNotNull(entries.find { it.name == name }) {
            "no such subject: $name (there are ${entries.joinToString { it.name }})"
        }
}
