package io.github.belay.examples.demo

import io.github.belay.WebSocketActor
import java.util.Locale
import kotlin.time.Duration
import kotlin.time.TimeMark

/** What the demo knows, as text. */
internal class Dashboard(
    private val connection: WebSocketActor<MarketMessage>,
    private val ledger: Ledger,
    private val desk: Desk,
    private val clock: TimeMark,
) {
    private val rate = Rate(clock)

    /** [text] behind the time. */
    fun stamp(text: String): String = format("%6.1f s  %s", seconds(clock.elapsedNow()), text)

    /** The live view. */
    fun block(): List<String> {
        val totals = ledger.totals()
        val orders = desk.totals()
        val stats = connection.stats()
        val outages = totals.outages.takeLast(SHOWN_OUTAGES).map { "    #${it.number} ${it.length}  ${it.cause}" }
        return listOf(
            format("  time           %.1f s", seconds(clock.elapsedNow())),
            "  status         ${connection.status.value}",
            format("  messages       %,d   (%,d/s)", totals.received, rate.of(totals.received)),
            "  rtt ping       p50 ${stats.rttP50Micros} us   p99 ${stats.rttP99Micros} us",
            "  rtt orders     p50 ${orders.median}   p99 ${orders.tail}",
            "  subscriptions  ${totals.subscriptions}",
            "  orders         ${orders.confirmed} confirmed   ${orders.unconfirmed} unconfirmed   " +
                "${orders.notDelivered} not delivered   ${orders.open} open",
            "  reconnects     ${stats.reconnects}",
            "  outages        ${totals.outages.size}",
        ) + outages
    }

    /** One plain line, for what cannot redraw. */
    fun line(): String {
        val totals = ledger.totals()
        val orders = desk.totals()
        val stats = connection.stats()
        return stamp(
            "${connection.status.value} messages=${totals.received} (${rate.of(totals.received)}/s) " +
                "rtt_p50=${stats.rttP50Micros}us rtt_p99=${stats.rttP99Micros}us " +
                "subscriptions=${totals.subscriptions} reconnects=${stats.reconnects} outages=${totals.outages.size} " +
                "confirmed=${orders.confirmed} unconfirmed=${orders.unconfirmed} not_delivered=${orders.notDelivered}",
        )
    }

    /** Prints the account; true if nothing is left to explain. */
    fun summary(screen: Screen): Boolean {
        val totals = ledger.totals()
        val orders = desk.totals()
        screen.note("")
        screen.note("outages:")
        totals.outages.forEach { screen.note("  #${it.number}  ${it.length}  lost ${it.lost}  ${it.cause}") }
        screen.note(
            "orders: ${orders.placed} placed = ${orders.confirmed} confirmed + ${orders.unconfirmed} unconfirmed " +
                "+ ${orders.notDelivered} not delivered + ${orders.open} open",
        )
        screen.note("sequence numbers: ${totals.received} received + ${totals.lostInOutages} lost in outages")
        screen.note(
            "RESULT received=${totals.received} lost_in_outages=${totals.lostInOutages} " +
                "unexplained=${totals.unexplained} duplicates=${totals.duplicates} " +
                "reconnects=${connection.stats().reconnects} outages=${totals.outages.size} " +
                "asks_confirmed=${orders.confirmed} asks_unsettled=${orders.open}",
        )
        return totals.unexplained == 0L && totals.duplicates == 0L && orders.open == 0L
    }

    private fun seconds(time: Duration): Double = time.inWholeMilliseconds / MILLIS

    private fun format(
        pattern: String,
        vararg values: Any,
    ): String = String.format(Locale.ROOT, pattern, *values)

    private companion object {
        const val SHOWN_OUTAGES = 6
        const val MILLIS = 1000.0
    }
}

/** How the orders stand. */
internal class OrderTotals(
    val placed: Long,
    val confirmed: Long,
    val unconfirmed: Long,
    val notDelivered: Long,
    val median: Duration,
    val tail: Duration,
) {
    /** Placed and without an outcome. */
    val open: Long get() = placed - confirmed - unconfirmed - notDelivered
}
