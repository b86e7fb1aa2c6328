package io.github.belay.internal.actor

import io.github.belay.frame.WsFrame
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.reconcile.PendingRequest
import io.github.belay.internal.reconcile.RequestStep
import io.github.belay.internal.reconcile.RequestTable
import io.github.belay.internal.reconcile.Settlements
import io.github.belay.internal.reconcile.Submission
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsRequestMatch
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.Volatile
import kotlin.time.Duration

/**
 * Performs what the request table decides: queues frames, tells callers, keeps the one deadline timer armed. Owned by the
 * actor: not thread-safe, but for [forget]. What becomes of a frame is learnt on the writer's thread and comes back as
 * [News].
 */
internal class Requests(
    maxPending: Int,
    private val outbound: OutboundQueue,
    private val clock: Clock,
    private val timers: Timers,
    private val stats: StatsRecorder,
    private val post: (Input.Fact) -> Unit,
) {
    /** What others than the actor learn about requests. */
    private class News {
        /** Requests whose frames were flushed, and somebody waits for no more than that. */
        val flushed = ArrayList<PendingRequest>()

        /** Requests whose frames were not, or not certainly. */
        val failed = ArrayList<Pair<PendingRequest, TellOutcome>>()

        /** Callers who wait no more. */
        val gone = ArrayList<Asking>()

        fun clear() {
            flushed.clear()
            failed.clear()
            gone.clear()
        }
    }

    private val table = RequestTable(maxPending, ::learnOutcome)
    private val lock = Any()

    /** What the actor has not heard yet: no more than the requests that exist, twice. Guarded by [lock]. */
    private var news = News()

    /** True while there are [news]. Written under [lock]. */
    @Volatile
    private var hasNews = false

    /** What the actor has heard, and takes. */
    private var heard = News()
    private var armedFor = Duration.INFINITE

    private val inFlight = AtomicInteger()

    /** Requests in flight. Safe from any thread. */
    val size: Int get() = inFlight.get()

    /** True while an answer could matter. */
    val isAwaiting: Boolean get() = table.size > 0

    /** Submits a request on a ready link. */
    fun ask(asking: Asking) {
        if (asking.hasEnded) return
        when (val submission = table.submit(asking, clock.now())) {
            is PendingRequest -> {
                val refusal = outbound.offer(submission)
                if (refusal != null) table.unwritten(submission, refusal.toString()).perform()
            }

            is Submission.Settled -> {
                submission.settlements.perform()
            }

            // Its frame may have left before it was known that somebody waits for that.
            is Submission.Joined -> {
                if (submission.request.isSent) table.written(submission.request).perform()
            }
        }
        update()
    }

    /** Called on whatever thread settles the frame of [request]. */
    private fun learnOutcome(
        request: PendingRequest,
        outcome: TellOutcome,
    ) = learn { if (outcome === TellOutcome.Done) flushed += request else failed += request to outcome }

    /** The caller of [asking] has gone. Safe from any thread, and never refused. */
    fun forget(asking: Asking): Unit = learn { gone += asking }

    /** Takes note of what [add] adds, and sees to it that the actor comes. */
    private inline fun learn(add: News.() -> Unit) {
        val isFirst =
            synchronized(lock) {
                news.add()
                !hasNews.also { hasNews = true }
            }
        if (isFirst) post(Input.RequestNews)
    }

    /** Takes what others learnt. */
    fun onNews() {
        takeNews()
        update()
    }

    private fun takeNews() {
        if (!hasNews) return
        synchronized(lock) {
            news = heard.also { heard = news }
            hasNews = false
        }
        heard.flushed.forEach { table.written(it).perform() }
        heard.failed.forEach { (request, outcome) -> failed(request, outcome).perform() }
        heard.gone.forEach { asking -> table.cancel(asking)?.let(outbound::withdraw) }
        heard.clear()
    }

    private fun failed(
        request: PendingRequest,
        outcome: TellOutcome,
    ): Settlements =
        if (outcome is TellOutcome.Unknown) {
            table.unknown(request, outcome.text)
        } else {
            table.unwritten(request, outcome.toString())
        }

    /** [response] is the answer that [match] says it is. */
    fun answer(
        match: WsRequestMatch,
        response: WsFrame,
    ) {
        takeNews()
        table.matched(match, response).perform()
        update()
    }

    /** The earliest deadline has come. */
    fun onDeadline() {
        armedFor = Duration.INFINITE
        // A frame that has left by now has left, whichever news comes first.
        takeNews()
        perform(table.expire(clock.now()))
        update()
    }

    /** The link is gone because of [cause]: nothing in flight can be answered any more. */
    fun lost(cause: WsDisconnectCause) {
        takeNews()
        perform(table.lost(cause))
        update()
    }

    private fun perform(step: RequestStep) {
        // True if a frame was still waiting to be sent; it is then never sent.
        val tooLate = step.withdrawals.filterNot(outbound::withdraw)
        step.settlementsUnless(tooLate).perform()
    }

    private fun Settlements.perform() =
        perform { waiter, outcome ->
            stats.requestSettled(outcome)
            waiter.tell(outcome)
        }

    private fun update() {
        // For statistics only, which need no fence.
        inFlight.lazySet(table.size)
        val next = table.nextDeadline
        // A timer that fires early costs one look; one timer for each request would cost far more.
        if (next >= armedFor) return
        armedFor = next
        timers.arm(Timer.DEADLINE, next - clock.now(), Input.DeadlineDue)
    }
}
