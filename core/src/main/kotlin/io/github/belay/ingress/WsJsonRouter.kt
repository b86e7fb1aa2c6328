package io.github.belay.ingress

import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView

/** Decides about a message by its [fields][WsJsonFields], which are borrowed: valid during the call only. */
public fun interface WsJsonReader<M : Any> {
    /** What to do with the message. */
    public fun read(fields: WsJsonFields): WsIngressAction<M>
}

/**
 * An ingress that parses each JSON message as far as it is worth: it reads one field, and by what that says the message is
 * ignored, read in part where it lies, or passed to the endpoint, which parses it in full.
 *
 * What is no text, no JSON, or names no route is passed to the endpoint unless [Builder.otherwiseIgnore] was called.
 */
public class WsJsonRouter<M : Any> private constructor(
    builder: Builder<M>,
) : WsIngress<M> {
    internal class Route<M : Any>(
        val value: String,
        val fields: WsJsonFields?,
        val reader: WsJsonReader<M>,
    )

    private val discriminator = WsJsonFields(builder.path)
    private val routes = builder.routes.toTypedArray()
    private val otherwise: WsIngressAction<M> = builder.otherwise

    override fun onFrame(frame: WsFrameView): WsIngressAction<M> {
        if (frame.kind != WsFrameKind.TEXT || !discriminator.scan(frame)) return otherwise
        for (route in routes) if (discriminator.matches(0, route.value)) return follow(route, frame)
        return otherwise
    }

    private fun follow(
        route: Route<M>,
        frame: WsFrameView,
    ): WsIngressAction<M> {
        val fields = route.fields ?: return route.reader.read(discriminator)
        return if (fields.scan(frame)) route.reader.read(fields) else otherwise
    }

    /** Collects the routes; see [WsJsonRouter]. Not thread-safe. */
    public class Builder<M : Any> internal constructor(
        internal val path: String,
    ) {
        internal val routes = ArrayList<Route<M>>()
        internal var otherwise: WsIngressAction<M> = WsIngressAction.Forward
            private set

        /** Messages of which the field is one of [values] are dropped. */
        public fun ignore(vararg values: String): Builder<M> =
            apply { values.forEach { add(it, null) { WsIngressAction.Ignore } } }

        /** Messages of which the field is one of [values] are parsed by the endpoint. */
        public fun full(vararg values: String): Builder<M> =
            apply { values.forEach { add(it, null) { WsIngressAction.Forward } } }

        /** Of messages of which the field is [value], [reader] gets [fields] and decides. */
        public fun partial(
            value: String,
            fields: WsJsonFields,
            reader: WsJsonReader<M>,
        ): Builder<M> = apply { add(value, fields, reader) }

        /** Messages of no route are dropped. */
        public fun otherwiseIgnore(): Builder<M> = apply { otherwise = WsIngressAction.Ignore }

        /** The ingress. Each connection needs one of its own. */
        public fun build(): WsJsonRouter<M> = WsJsonRouter(this)

        private fun add(
            value: String,
            fields: WsJsonFields?,
            reader: WsJsonReader<M>,
        ) {
            require(value.all { it.code < ASCII_END }) { "a value must be ASCII but was \"$value\"" }
            require(routes.none { it.value == value }) { "a value must have one route but has two: \"$value\"" }
            routes += Route(value, fields, reader)
        }
    }

    /** The way to a router. */
    public companion object {
        private const val ASCII_END = 0x80

        /** Routes by the string field at [path]; see [WsJsonFields] for paths. */
        @JvmStatic
        public fun <M : Any> by(path: String): Builder<M> = Builder(path)
    }
}
