package io.github.belay.internal.reconcile

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.common.ExperimentalKotest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.property.Arb
import io.kotest.property.PropTestConfig
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll

private fun pendingOf(id: Long) = PendingRequest(requestOf(id)) { _, _ -> }

private fun PendingRequests.all(): List<PendingRequest> = ArrayList<PendingRequest>().also { all -> forEach(all::add) }

@OptIn(ExperimentalKotest::class)
class PendingRequestsSpec :
    FunSpec({
        // Few that meet again, and some whose lower or upper halves are alike.
        val ids = Arb.element((0L..40L) + listOf(1L shl 32, 2L shl 32, 1L shl 60, Long.MIN_VALUE, Long.MAX_VALUE, -1L))

        test("whatever is added and removed, all are found and come in the order in which they were added") {
            checkAll(PropTestConfig(seed = 9), Arb.list(ids, 0..200)) { moves ->
                val requests = PendingRequests()
                val model = LinkedHashMap<Long, PendingRequest>()
                for (id in moves) {
                    val known = model.remove(id)
                    if (known == null) {
                        model[id] = pendingOf(id).also(requests::add)
                    } else {
                        requests[id] shouldBeSameInstanceAs known
                        requests.remove(known)
                    }
                    requests.size shouldBe model.size
                    requests[id] shouldBe model[id]
                }
                requests.all() shouldContainExactly model.values.toList()
                model.forEach { (id, pending) -> requests[id] shouldBeSameInstanceAs pending }
            }
        }

        test("as many as one likes are found again, whatever their ids") {
            checkAll(PropTestConfig(seed = 10, iterations = 20), Arb.long()) { first ->
                val requests = PendingRequests()
                val all = List(5_000) { pendingOf(first + it * 1_024L) }.onEach(requests::add)
                all.forEach { requests[it.id] shouldBeSameInstanceAs it }
                requests.size shouldBe 5_000
            }
        }

        test("the one in hand may be removed while all are gone through") {
            val requests = PendingRequests()
            val all = List(10) { pendingOf(it.toLong()) }.onEach(requests::add)
            requests.forEach { if (it.id % 2 == 0L) requests.remove(it) }
            requests.all() shouldContainExactly all.filter { it.id % 2 == 1L }
        }

        test("one that is not in here cannot be removed") {
            val requests = PendingRequests()
            requests.add(pendingOf(1))
            shouldThrow<IllegalStateException> { requests.remove(pendingOf(1)) }
            requests.size shouldBe 1
        }
    })
