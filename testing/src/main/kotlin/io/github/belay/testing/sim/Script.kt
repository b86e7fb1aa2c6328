package io.github.belay.testing.sim

import io.github.belay.frame.WsFrame

/**
 * What client and server of a simulation say to each other: words in a text message. [Tick] carries the connection that
 * it was sent on, so that whoever reads it knows whether a link ended between two of them.
 */
internal sealed interface Script {
    /** From the client: who it is. */
    data object Auth : Script

    /** From the client, message [id]: it wants the ticks of [topics]. */
    data class Subscribe(
        val id: Long,
        val topics: List<Int>,
    ) : Script

    /** From the client, message [id]: it wants them no more. */
    data class Unsubscribe(
        val id: Long,
        val topics: List<Int>,
    ) : Script

    /** From the server: message [id] is agreed to. */
    data class Agreed(
        val id: Long,
    ) : Script

    /** From the server: message [id] is not. */
    data class Refused(
        val id: Long,
    ) : Script

    /** From the client: execute [id]. [variant] makes two different requests of one id. */
    data class Request(
        val id: Long,
        val variant: Int = 0,
    ) : Script

    /** From the client: message [number]. */
    data class Told(
        val number: Int,
    ) : Script

    /** From the client: the heartbeat's question; [key] is in the answer to it, if there is one. */
    data class Ping(
        val key: Long?,
    ) : Script

    /** From the server: the answer. */
    data class Pong(
        val key: Long?,
    ) : Script

    /** From the server: the client is who it says. */
    data object Welcome : Script

    /** From the server: [id] was executed. */
    data class Done(
        val id: Long,
    ) : Script

    /** From the server: [id] will not be executed. */
    data class Denied(
        val id: Long,
    ) : Script

    /** From the server: it is in trouble. */
    data object Trouble : Script

    /** From the server: it would like the client to connect anew. */
    data object Retire : Script

    /** From the server: what makes the ingress throw. */
    data object Poison : Script

    /** From the server: number [number] of [topic]. */
    data class Tick(
        val topic: Int,
        val number: Long,
        val connection: Int,
    ) : Script

    fun toFrame(): WsFrame =
        WsFrame.text(
            when (this) {
                Auth -> "auth"
                is Subscribe -> "subscribe $id ${topics.joinToString(",")}"
                is Unsubscribe -> "unsubscribe $id ${topics.joinToString(",")}"
                is Agreed -> "agreed $id"
                is Refused -> "refused $id"
                is Request -> "request $id $variant"
                is Told -> "told $number"
                is Ping -> keyed("ping", key)
                is Pong -> keyed("pong", key)
                Welcome -> "welcome"
                is Done -> "done $id"
                is Denied -> "denied $id"
                Trouble -> "trouble"
                Retire -> "retire"
                Poison -> "poison"
                is Tick -> "tick $topic $number $connection"
            },
        )

    companion object {
        private const val THIRD = 3
        private const val MAX_WORDS = 4

        private fun keyed(
            word: String,
            key: Long?,
        ) = if (key == null) word else "$word $key"

        /** What [text] says; null for nonsense. */
        fun parse(text: String): Script? {
            val words = text.split(' ', limit = MAX_WORDS)
            return when (words.first()) {
                "auth" -> Auth
                "subscribe" -> Subscribe(words[1].toLong(), topics(words[2]))
                "unsubscribe" -> Unsubscribe(words[1].toLong(), topics(words[2]))
                "agreed" -> Agreed(words[1].toLong())
                "refused" -> Refused(words[1].toLong())
                "request" -> Request(words[1].toLong(), words[2].toInt())
                "told" -> Told(words[1].toInt())
                "ping" -> Ping(words.getOrNull(1)?.toLong())
                "pong" -> Pong(words.getOrNull(1)?.toLong())
                "welcome" -> Welcome
                "done" -> Done(words[1].toLong())
                "denied" -> Denied(words[1].toLong())
                "trouble" -> Trouble
                "retire" -> Retire
                "poison" -> Poison
                "tick" -> Tick(words[1].toInt(), words[2].toLong(), words[THIRD].toInt())
                else -> null
            }
        }

        private fun topics(text: String): List<Int> = text.split(',').map { it.toInt() }
    }
}
