package io.github.belay.internal.reconcile

import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.request.WsConfirmMode.SENT
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsRateFeedback
import io.github.belay.request.WsRequestMatch
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.time.Duration

class RequestTableSpec :
    FunSpec({
        val peerGone = WsDisconnectCause.ReadFailure("reset")

        context("sent and answered") {
            test("a request in sent mode is done, unconfirmed, when its frame was flushed") {
                with(Requests()) {
                    val sent = send("a", mode = SENT)
                    heard.shouldBeEmpty()
                    perform(table.written(sent))
                    heard.shouldContainExactly("a: WsDelegatedOk(id=7, confirmed=false)")
                    table.size shouldBe 0
                }
            }

            test("a request in confirmed mode waits for its answer, and carries it and its feedback") {
                with(Requests()) {
                    val feedback = WsRateFeedback(retryAfterMillis = 5, hint = null)
                    perform(table.written(send("a")))
                    heard.shouldBeEmpty()
                    answer(match = WsRequestMatch.ok(7, feedback))
                    with(outcomes.single().shouldBeInstanceOf<WsDelegatedOk>()) {
                        confirmed shouldBe true
                        response shouldBeSameInstanceAs answer
                        this.feedback shouldBeSameInstanceAs feedback
                    }
                    table.size shouldBe 0
                }
            }

            test("a rejection carries the server's words, the answer and its feedback") {
                with(Requests()) {
                    val feedback = WsRateFeedback(retryAfterMillis = 5, hint = null)
                    perform(table.written(send("a")))
                    answer(match = WsRequestMatch.rejected(7, "too fast", feedback))
                    with(outcomes.single().shouldBeInstanceOf<WsDelegatedError.EndpointRejected>()) {
                        text shouldBe "too fast"
                        response shouldBeSameInstanceAs answer
                        this.feedback shouldBeSameInstanceAs feedback
                    }
                }
            }

            test("the frame to send is the request's own") {
                with(Requests()) {
                    submit("a", payload = "buy").shouldBeInstanceOf<PendingRequest>().frame shouldBe
                        WsFrame.text("buy")
                }
            }

            test("an answer that comes before the news of the flush proves that the frame was sent") {
                with(Requests()) {
                    val sent = send("confirmed")
                    submit("sent", mode = SENT)
                    answer()
                    heard.shouldContainExactly(
                        "confirmed: WsDelegatedOk(id=7, confirmed=true)",
                        "sent: WsDelegatedOk(id=7, confirmed=false)",
                    )
                    table.written(sent).isEmpty shouldBe true
                }
            }

            test("a rejection that comes before the news of the flush leaves the sent waiters content") {
                with(Requests()) {
                    send("confirmed")
                    submit("sent", mode = SENT)
                    answer(match = WsRequestMatch.rejected(7, "no"))
                    heard.shouldContainExactly(
                        "confirmed: EndpointRejected(id=7, no)",
                        "sent: WsDelegatedOk(id=7, confirmed=false)",
                    )
                }
            }

            test("a request that nobody wants confirmed ignores an answer") {
                with(Requests()) {
                    val sent = send("a", mode = SENT)
                    answer()
                    heard.shouldBeEmpty()
                    perform(table.written(sent))
                    heard.shouldContainExactly("a: WsDelegatedOk(id=7, confirmed=false)")
                    table.orphans shouldBe 0
                }
            }

            test("an answer to no request in flight is an orphan and harms nobody") {
                with(Requests()) {
                    send("a")
                    answer(id = 8)
                    table.orphans shouldBe 1
                    answer()
                    answer()
                    table.orphans shouldBe 2
                    heard.shouldContainExactly("a: WsDelegatedOk(id=7, confirmed=true)")
                }
            }

            test("a frame that was certainly not written leaves its waiters not delivered") {
                with(Requests()) {
                    val sent = send("a")
                    submit("b", mode = SENT)
                    perform(table.unwritten(sent, "outbound queue full"))
                    heard.shouldContainExactly(
                        "a: NotDelivered(id=7, outbound queue full)",
                        "b: NotDelivered(id=7, outbound queue full)",
                    )
                    table.size shouldBe 0
                }
            }

            test("a frame that may have been written leaves its waiters unconfirmed") {
                with(Requests()) {
                    val sent = send("a", mode = SENT)
                    perform(table.unknown(sent, "write timed out"))
                    heard.shouldContainExactly("a: Unconfirmed(id=7, write timed out)")
                }
            }
        }

        context("joining") {
            test("two equal requests send one frame and both complete") {
                with(Requests()) {
                    val sent = send("a")
                    submit("b").shouldBeInstanceOf<Submission.Joined>()
                    perform(table.written(sent))
                    answer()
                    heard.shouldContainExactly(
                        "a: WsDelegatedOk(id=7, confirmed=true)",
                        "b: WsDelegatedOk(id=7, confirmed=true)",
                    )
                    table.joined shouldBe 1
                }
            }

            test("a late joiner in sent mode is done at once while the confirmed one waits on") {
                with(Requests()) {
                    perform(table.written(send("a")))
                    submit("late", mode = SENT).shouldBeInstanceOf<Submission.Settled>()
                    heard.shouldContainExactly("late: WsDelegatedOk(id=7, confirmed=false)")
                    table.size shouldBe 1
                    answer()
                    heard.last() shouldBe "a: WsDelegatedOk(id=7, confirmed=true)"
                }
            }

            test("another meaning under the same id is refused and harms nobody") {
                with(Requests()) {
                    send("a")
                    submit("other", payload = "cancel").shouldBeInstanceOf<Submission.Settled>()
                    heard.shouldContainExactly("other: PayloadMismatch(id=7, another request with id 7 is in flight)")
                    answer()
                    heard.last() shouldBe "a: WsDelegatedOk(id=7, confirmed=true)"
                }
            }
        }

        context("capacity") {
            test("a new request beyond the limit is refused, while joining still works") {
                with(Requests(maxPending = 2)) {
                    send("a", id = 1)
                    send("b", id = 2)
                    submit("c", id = 3).shouldBeInstanceOf<Submission.Settled>()
                    outcomes.single().shouldBeInstanceOf<WsDelegatedError.TooManyPending>().max shouldBe 2
                    submit("joiner", id = 1).shouldBeInstanceOf<Submission.Joined>()
                }
            }

            test("a request that is over makes room for another") {
                with(Requests(maxPending = 1)) {
                    send("a", id = 1)
                    answer(id = 1)
                    send("b", id = 2)
                }
            }

            test("the waiters of one request are bounded too") {
                with(Requests(maxPending = 2)) {
                    val sent = send("a")
                    submit("b").shouldBeInstanceOf<Submission.Joined>()
                    submit("c").shouldBeInstanceOf<Submission.Settled>()
                    outcomes.single().shouldBeInstanceOf<WsDelegatedError.TooManyPending>()
                    perform(table.written(sent))
                    submit("sent", mode = SENT)
                    heard.last() shouldBe "sent: WsDelegatedOk(id=7, confirmed=false)"
                }
            }

            test("the limit must be positive") {
                shouldThrow<IllegalArgumentException> { tableOf(0) }.message shouldBe
                    "maxPending must be >= 1 but was 0"
            }
        }

        context("the end of a link") {
            test("on loss unsent requests are not delivered and withdrawn, sent ones unconfirmed") {
                with(Requests()) {
                    perform(table.written(send("sent", id = 1)))
                    val unsent = send("unsent", id = 2)
                    val step = table.lost(peerGone)
                    step.perform()
                    heard.shouldContainExactly(
                        "sent: Unconfirmed(id=1, connection lost: read_failure(reset))",
                        "unsent: NotDelivered(id=2, connection lost: read_failure(reset))",
                    )
                    step.withdrawals.shouldContainExactly(unsent)
                    table.size shouldBe 0
                    table.nextDeadline shouldBe Duration.INFINITE
                }
            }

            test("closing completes every request in flight, each waiter once") {
                with(Requests()) {
                    repeat(100) { send("$it", id = it.toLong()) }
                    repeat(100) { submit("joiner $it", id = it.toLong()) }
                    table.lost(WsDisconnectCause.Requested(1000, "")).perform()
                    heard.map { it.substringBefore(':') }.toSet().size shouldBe 200
                    heard.size shouldBe 200
                }
            }

            test("an id may be used again after a loss and sends a new frame") {
                with(Requests()) {
                    val before = send("a")
                    table.lost(peerGone).perform()
                    val after = send("again")
                    perform(table.written(before))
                    perform(table.unknown(before, "late news"))
                    heard.map { it.substringBefore(':') }.shouldContainExactly("a")
                    perform(table.written(after))
                    answer()
                    heard.last() shouldBe "again: WsDelegatedOk(id=7, confirmed=true)"
                }
            }
        }

        context("cancelling") {
            test("a caller that goes away leaves the others intact") {
                with(Requests()) {
                    val gone = waiter("gone", timeout = Duration.INFINITE)
                    val sent = send("a")
                    submit(gone).shouldBeInstanceOf<Submission.Joined>()
                    table.cancel(gone).shouldBeNull()
                    perform(table.written(sent))
                    answer()
                    heard.shouldContainExactly("a: WsDelegatedOk(id=7, confirmed=true)")
                }
            }

            test("the last caller that goes away before the frame was sent withdraws it") {
                with(Requests()) {
                    val gone = waiter("gone", timeout = Duration.INFINITE)
                    val sent = submit(gone).shouldBeInstanceOf<PendingRequest>()
                    table.cancel(gone) shouldBe sent
                    table.size shouldBe 0
                    table.written(sent).isEmpty shouldBe true
                    heard.shouldBeEmpty()
                }
            }

            test("the last caller that goes away after the frame was sent withdraws nothing and frees the id") {
                with(Requests()) {
                    val gone = waiter("gone", timeout = Duration.INFINITE)
                    val sent = submit(gone).shouldBeInstanceOf<PendingRequest>()
                    table.written(sent)
                    table.cancel(gone).shouldBeNull()
                    table.size shouldBe 0
                    answer()
                    table.orphans shouldBe 1
                }
            }

            test("a caller whose request is over, or was never submitted, cancels nothing") {
                with(Requests()) {
                    val done = waiter("done", mode = SENT, timeout = Duration.INFINITE)
                    table.cancel(done).shouldBeNull()
                    perform(table.written(submit(done).shouldBeInstanceOf<PendingRequest>()))
                    send("other")
                    table.cancel(done).shouldBeNull()
                    table.size shouldBe 1
                }
            }
        }
    })
