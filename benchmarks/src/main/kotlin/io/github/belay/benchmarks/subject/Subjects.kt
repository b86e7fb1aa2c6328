package io.github.belay.benchmarks.subject

import io.github.belay.ktor.KtorTransport

/** All that can be measured, by the names that reports use. */
object Subjects {
    const val BARE: String = "bare"
    const val OKHTTP: String = "okhttp"
    const val KTOR_RAW: String = "ktor-raw"
    const val BELAY_KTOR: String = "belay-ktor"
    const val BELAY_NETTY: String = "belay-netty"
    const val BELAY_NETTY_JAVA: String = "belay-netty-java"

    private val makers: Map<String, (Trust) -> Subject> =
        buildMap {
            put(BARE, ::Bare)
            put(OKHTTP, ::OkHttp)
            put("jdk", ::JdkClient)
            put("java-websocket", ::JavaWebSocket)
            put("jetty", ::Jetty)
            put("vertx", ::VertX)
            put("netty-codec", ::NettyCodec)
            put(KTOR_RAW, ::KtorRaw)
            put(BELAY_KTOR) { Belay(KtorTransport(), Handling.INLINE, it) }
            put("belay-ktor-flow") { Belay(KtorTransport(), Handling.FLOW, it) }
            put("belay-ktor-java") { BelayJava(KtorTransport(), it) }
            nettyTransport?.let { transport ->
                put(BELAY_NETTY) { Belay(transport(), Handling.INLINE, it) }
                put("belay-netty-flow") { Belay(transport(), Handling.FLOW, it) }
                put(BELAY_NETTY_JAVA) { BelayJava(transport(), it) }
            }
        }

    val names: List<String> get() = makers.keys.toList()

    fun make(
        name: String,
        trust: Trust,
    ): Subject = requireNotNull(makers[name]) { "no such subject: $name (there are ${names.joinToString()})" }(trust)
}
