package io.github.belay.internal.reconcile

import io.github.belay.request.WsConfirmMode.CONFIRMED
import io.github.belay.request.WsConfirmMode.SENT
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class RequestDeadlineSpec :
    FunSpec({
        test("without an answer a sent request is unconfirmed exactly at the deadline, and no earlier") {
            with(Requests()) {
                perform(table.written(send("a", timeout = 5.seconds)))
                expireAt(4_999.milliseconds).shouldBeEmpty()
                heard.shouldBeEmpty()
                expireAt(5.seconds).shouldBeEmpty()
                heard.shouldContainExactly("a: Unconfirmed(id=7, deadline passed awaiting confirmation)")
                table.size shouldBe 0
            }
        }

        test("a request whose deadline passes before it was sent says so and is withdrawn") {
            with(Requests()) {
                val sent = send("a", timeout = 5.seconds)
                expireAt(5.seconds).shouldContainExactly(sent)
                heard.shouldContainExactly("a: Unconfirmed(id=7, deadline passed awaiting send)")
                table.written(sent).isEmpty shouldBe true
            }
        }

        test("a joiner with a short deadline expires alone while the first waiter is confirmed later") {
            with(Requests()) {
                perform(table.written(send("long", timeout = 1.seconds)))
                submit("short", timeout = 10.milliseconds)
                table.nextDeadline shouldBe 10.milliseconds
                expireAt(10.milliseconds).shouldBeEmpty()
                heard.shouldContainExactly("short: Unconfirmed(id=7, deadline passed awaiting confirmation)")
                table.nextDeadline shouldBe 1.seconds
                now = 500.milliseconds
                answer()
                heard.last() shouldBe "long: WsDelegatedOk(id=7, confirmed=true)"
            }
        }

        test("a first waiter that expires unsent withdraws nothing while a joiner still waits") {
            with(Requests()) {
                val sent = send("short", timeout = 10.milliseconds)
                submit("long", timeout = 1.seconds)
                expireAt(10.milliseconds).shouldBeEmpty()
                perform(table.written(sent))
                answer()
                heard.last() shouldBe "long: WsDelegatedOk(id=7, confirmed=true)"
            }
        }

        test("what is due by the time of a sweep expires in it, in the order of submission") {
            with(Requests()) {
                val first = send("a", id = 1, timeout = 3.seconds)
                send("b", id = 2, timeout = 9.seconds)
                val third = send("c", id = 3, timeout = 1.seconds)
                expireAt(4.seconds).shouldContainExactly(first, third)
                heard.map { it.substringBefore(':') }.shouldContainExactly("a", "c")
                table.nextDeadline shouldBe 9.seconds
            }
        }

        test("a sweep is never due later than the first deadline, and finds nothing if that waiter is gone") {
            with(Requests()) {
                table.nextDeadline shouldBe Duration.INFINITE
                val short = send("short", id = 1, mode = SENT, timeout = 1.seconds)
                send("long", id = 2, timeout = 8.seconds)
                table.nextDeadline shouldBe 1.seconds
                answer(id = 2)
                send("middle", id = 3, timeout = 4.seconds)
                perform(table.written(short))
                expireAt(1.seconds).shouldBeEmpty()
                table.nextDeadline shouldBe 4.seconds
            }
        }

        test("an empty table wants no sweep and forgets the deadlines it knew") {
            with(Requests()) {
                send("a", timeout = 1.seconds)
                answer()
                table.nextDeadline shouldBe Duration.INFINITE
                send("b", timeout = 3.seconds)
                table.nextDeadline shouldBe 3.seconds
            }
        }

        test("a request whose deadline has passed when it comes is never sent") {
            with(Requests()) {
                now = 5.seconds
                submit("late", timeout = Duration.ZERO)
                heard.shouldContainExactly("late: Unconfirmed(id=7, deadline passed awaiting send)")
                table.size shouldBe 0
                perform(table.written(send("a")))
                submit("late joiner", timeout = Duration.ZERO)
                heard.last() shouldBe "late joiner: Unconfirmed(id=7, deadline passed awaiting confirmation)"
            }
        }

        test("a million completed requests with deadlines far away leave nothing behind") {
            val table = tableOf(maxPending = 1_024)
            var completed = 0
            repeat(1_000_000) { index ->
                val id = index.toLong()
                val mode = if (index % 2 == 0) SENT else CONFIRMED
                val waiter = waiterOf(requestOf(id, mode), deadline = 60.seconds) { completed++ }
                val sent = table.submit(waiter, now = Duration.ZERO) as PendingRequest
                table.written(sent).perform()
                table.matched(matchOf(id), answer).perform()
                check(table.unwritten(sent, "late news").isEmpty)
            }
            completed shouldBe 1_000_000
            table.size shouldBe 0
            table.nextDeadline shouldBe Duration.INFINITE
            table.expire(60.seconds).settlementsUnless(emptyList()).isEmpty shouldBe true
        }
    })
