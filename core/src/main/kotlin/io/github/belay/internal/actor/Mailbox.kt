package io.github.belay.internal.actor

import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.yield
import java.util.concurrent.atomic.AtomicInteger

/**
 * The actor's channel of inputs. It never makes anybody wait: a command that finds no room is refused, and a fact always
 * finds room, since there is a reserve that commands cannot take.
 */
internal class Mailbox {
    private val channel = Channel<Input>(MAX_COMMANDS + FACT_RESERVE, onUndeliveredElement = { lastWords = it })

    /** What the loop was being given when it was cancelled: in the channel no more, and with the loop not yet. */
    @Volatile
    private var lastWords: Input? = null

    /** Commands in the channel. */
    private val commands = AtomicInteger()

    /** Takes [command]; says what became of it. */
    fun offer(command: Input.Command): Admission {
        if (commands.incrementAndGet() > MAX_COMMANDS) {
            commands.decrementAndGet()
            return Admission.FULL
        }
        val sent = channel.trySend(command)
        if (sent.isSuccess) return Admission.TAKEN
        commands.decrementAndGet()
        return if (sent.isClosed) Admission.CLOSED else Admission.FULL
    }

    /** Takes [fact]; after the end it is dropped. */
    fun post(fact: Input.Fact) {
        val sent = channel.trySend(fact)
        check(
            sent.isSuccess || sent.isClosed,
        ) { "mailbox must hold $FACT_RESERVE facts beside its commands but is full" }
    }

    /** Runs [turn] for each input until [close]; what was taken before is still handled. */
    suspend fun forEach(turn: (Input) -> Unit) {
        var turns = 0
        for (input in channel) {
            if (input is Input.Command) commands.decrementAndGet()
            turn(input)
            // Turns may run on the loop that reads for many links, and no flood of commands may hold that up.
            if (++turns % TURNS_IN_A_ROW == 0) yield()
        }
    }

    /** Takes no more. */
    fun close() {
        channel.close()
    }

    /** Takes what is left after the loop has died. */
    fun drain(turn: (Input) -> Unit) {
        channel.close()
        lastWords?.let(turn)
        while (true) turn(channel.tryReceive().getOrNull() ?: return)
    }

    companion object {
        /** Commands that may wait. */
        const val MAX_COMMANDS = 1024

        /** Turns that may be taken before others on the same thread get theirs. */
        private const val TURNS_IN_A_ROW = 256

        /** Room that only facts can take: two generations post fewer than this. */
        private const val FACT_RESERVE = 64
    }
}

/** What became of a command. */
internal enum class Admission { TAKEN, FULL, CLOSED }
