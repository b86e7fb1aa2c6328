package io.github.belay.testing.sim

import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import kotlin.time.Duration

/** One caller of a request. */
internal class Caller(
    val askedAt: Duration,
    val timeout: Duration,
) {
    /** What it was told; null while it waits, and for ever once it [isGone]. */
    var outcome: WsDelegatedOutcome? = null
    var settledAt = Duration.ZERO

    /** It went away before it was told anything. */
    var isGone = false
}

/** What is known of one request, on both sides of the wire. */
internal class RequestAccount(
    val request: Script.Request,
) {
    val callers = ArrayList<Caller>(1)

    /** How often its frame left the client. */
    var left = 0
    var executed = 0
    var denied = 0
}

/** What is known of one told message, on both sides of the wire. */
internal class MessageAccount(
    val number: Int,
) {
    var left = 0
    var outcome: TellOutcome? = null
}

/**
 * The account of everything that was accepted: what its sender was told, and what really became of it. Checks order on
 * the way; [Audit] compares the two sides at the end.
 */
internal class Ledger(
    private val violations: Violations,
    private val now: () -> Duration,
) {
    // In order of submission: nothing here may depend on the order of a hash.
    private val requestsByWords = LinkedHashMap<Script.Request, RequestAccount>()
    private val messagesByNumber = LinkedHashMap<Int, MessageAccount>()
    private var newestLeft = 0

    val requests: Collection<RequestAccount> get() = requestsByWords.values
    val messages: Collection<MessageAccount> get() = messagesByNumber.values

    /** Somebody asks [request]. */
    fun asked(
        request: Script.Request,
        timeout: Duration,
    ): Caller {
        val account = requestsByWords.getOrPut(request) { RequestAccount(request) }
        return Caller(now(), timeout).also { account.callers += it }
    }

    fun settled(
        caller: Caller,
        outcome: WsDelegatedOutcome,
    ) {
        caller.outcome = outcome
        caller.settledAt = now()
    }

    /** Somebody tells message [number]. */
    fun told(number: Int): MessageAccount = MessageAccount(number).also { messagesByNumber[number] = it }

    /** A flush took the frame that says [words]. */
    fun left(words: Script) {
        when (words) {
            is Script.Request -> account(words)?.let { it.left++ }
            is Script.Told -> messageLeft(words.number)
            else -> Unit
        }
    }

    private fun messageLeft(number: Int) {
        messagesByNumber[number]?.let { it.left++ }
        violations.require(number > newestLeft, Invariant.SEND_ORDER) { "message $number left after $newestLeft" }
        newestLeft = maxOf(newestLeft, number)
    }

    /** The server got [words]; [isSetUp] unless something that should come before is missing on the connection. */
    fun arrived(
        words: Script,
        isSetUp: Boolean,
    ) {
        violations.require(
            isSetUp,
            Invariant.SEND_ORDER,
        ) { "$words arrived before authentication and replay were through" }
    }

    fun executed(request: Script.Request) {
        account(request)?.let { it.executed++ }
    }

    fun denied(request: Script.Request) {
        account(request)?.let { it.denied++ }
    }

    /** The kind of every outcome that was told. */
    fun outcomes(): List<String> {
        val told = requests.flatMap { it.callers }.mapNotNull { it.outcome } + messages.mapNotNull { it.outcome }
        return told.map { outcome ->
            val confirmed = if ((outcome as? WsDelegatedOk)?.confirmed == true) " confirmed" else ""
            outcome::class.java.name.substringAfterLast('.') + confirmed
        }
    }

    private fun account(request: Script.Request): RequestAccount? {
        val account = requestsByWords[request]
        violations.require(account != null, Invariant.TRUE_OUTCOME) { "nobody asked $request" }
        return account
    }
}
