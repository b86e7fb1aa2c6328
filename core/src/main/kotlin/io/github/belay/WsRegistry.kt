package io.github.belay

import java.util.concurrent.ConcurrentHashMap

/**
 * The connections of a program by their names, for whoever wants to look one up: a status page, a health check, a command.
 * There is no hidden one: a program makes its own and gives it to the settings of each connection.
 *
 * A connection is in here from the moment it is made until nothing of it is left. Safe from any thread.
 *
 * @param C what is looked up: `WebSocketActor<*>`, or `WsClient<?>` in Java
 */
public class WsRegistry<C : Any> {
    private val clients = ConcurrentHashMap<String, C>()

    /** The names that are taken now. */
    public val names: Set<String> get() = clients.keys.toSortedSet()

    /** All connections that are in here now. */
    public val all: List<C> get() = clients.values.toList()

    /** The connection of this [name]; null if there is none, or it is over. */
    public fun find(name: String): C? = clients[name]

    /** For connections themselves. Throws [IllegalArgumentException] if [name] is taken. */
    public fun register(
        name: String,
        client: C,
    ) {
        val taken = clients.putIfAbsent(name, client)
        require(taken == null) { "name must be unique in its registry but there is another '$name'" }
    }

    /** For connections themselves: does nothing unless [client] has this [name] here. */
    public fun remove(
        name: String,
        client: C,
    ) {
        clients.remove(name, client)
    }
}
