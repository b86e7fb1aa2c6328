package io.github.belay.ktor

import java.util.function.Consumer

/** Makes [KtorTransport]s from Java. */
public object KtorTransports {
    /** A transport with the default settings. The caller closes it. */
    @JvmStatic
    public fun create(): KtorTransport = KtorTransport()

    /** A transport that [configure] has made settings for; the rules are those of [KtorTransportBuilder]. The caller closes it. */
    @JvmStatic
    public fun create(configure: Consumer<KtorTransportBuilder>): KtorTransport =
        KtorTransport { configure.accept(this) }
}
