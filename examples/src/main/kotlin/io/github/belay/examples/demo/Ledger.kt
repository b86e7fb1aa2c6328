package io.github.belay.examples.demo

/**
 * Accounts for every sequence number of every symbol: received, lost in a named outage, or unexplained.
 *
 * A number is owed from the moment the server acknowledged the subscription until it acknowledged the end of it. Fed from
 * one coroutine, in the order of the connection's messages; read by the view, hence the lock.
 */
internal class Ledger {
    private class Account {
        /** The next number owed; -1 before the first acknowledgement. */
        var next = -1L

        /** The outage since the last number, if there was one. */
        var outage: Outage? = null
    }

    private val accounts = HashMap<String, Account>()
    private val outages = Outages()

    /** Symbols that the server has acknowledged on the present link. */
    private val subscribed = HashSet<String>()
    private var received = 0L
    private var unexplained = 0L
    private var duplicates = 0L

    /** The server will send [symbol] from number [from] on. */
    @Synchronized
    fun subscribed(
        symbol: String,
        from: Long,
    ) {
        subscribed += symbol
        val account = accounts.getOrPut(symbol) { Account() }
        if (account.next == -1L) account.next = from else skipTo(account, from)
    }

    @Synchronized
    fun tick(
        symbol: String,
        number: Long,
    ) {
        val account = accounts.getOrPut(symbol) { Account() }
        when {
            // Before any acknowledgement nothing is owed, so nothing may come.
            account.next == -1L -> {
                unexplained++
            }

            number < account.next -> {
                duplicates++
            }

            else -> {
                skipTo(account, number)
                received++
                account.next = number + 1
            }
        }
    }

    /** The server sent nothing of [symbol] beyond number [last]. */
    @Synchronized
    fun unsubscribed(
        symbol: String,
        last: Long,
    ) {
        subscribed -= symbol
        accounts[symbol]?.let { skipTo(it, last + 1) }
    }

    /** The link is gone because of [cause]. */
    @Synchronized
    fun lost(
        cause: String,
        atMillis: Long,
    ) {
        subscribed.clear()
        val outage = outages.lost(cause, atMillis) ?: return
        accounts.values.forEach { it.outage = outage }
    }

    /** A link is open again. */
    @Synchronized
    fun opened(atMillis: Long) {
        outages.opened(atMillis)
    }

    @Synchronized
    fun totals(): Totals {
        val all = outages.all()
        return Totals(received, all.sumOf { it.lost }, unexplained, duplicates, subscribed.size, all)
    }

    private fun skipTo(
        account: Account,
        number: Long,
    ) {
        val missing = number - account.next
        if (missing > 0) {
            val outage = account.outage
            if (outage != null) outage.lost += missing else unexplained += missing
            account.next = number
        }
        account.outage = null
    }
}

/** The ledger at one moment. */
internal class Totals(
    val received: Long,
    val lostInOutages: Long,
    val unexplained: Long,
    val duplicates: Long,
    /** How many symbols the present link is subscribed to. */
    val subscriptions: Int,
    val outages: List<Outage>,
)
