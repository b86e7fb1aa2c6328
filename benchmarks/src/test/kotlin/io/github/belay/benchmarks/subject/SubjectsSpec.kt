package io.github.belay.benchmarks.subject

import io.github.belay.benchmarks.server.BenchServer
import io.github.belay.benchmarks.workload.Kind
import io.github.belay.benchmarks.workload.Measured
import io.github.belay.benchmarks.workload.Task
import io.github.belay.benchmarks.workload.run
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe

/** Every subject does all that it is measured at, and says it only when all messages have come through. */
class SubjectsSpec :
    FunSpec({
        val server = BenchServer().apply { start() }
        val plain = "ws://127.0.0.1:${server.port}"
        val secure = "wss://127.0.0.1:${server.tlsPort}"
        val asking = Subjects.entries.filter { it.asks }.map { it.name }
        val opened = mutableMapOf<String, Subject>()

        afterSpec {
            opened.values.forEach { it.close() }
            server.close()
        }

        fun measure(
            name: String,
            task: Task,
        ): Measured = run(opened.getOrPut(name) { Subjects.find(name).make(Trust(server.certificate)) }, task)

        fun testAll(
            what: String,
            names: List<String> = Subjects.entries.map { it.name },
            block: (String) -> Unit,
        ) = context(what) { names.forEach { name -> test(name) { block(name) } } }

        for (size in listOf(100, 1024, 16 * 1024)) {
            for (payload in Payload.values()) {
                testAll("takes a flood of $size bytes as $payload") { name ->
                    val measured = measure(name, Task(Kind.INGEST, plain, 2_000, size, payload))
                    measured.count shouldBe 2_000
                    measured.nanos shouldBeGreaterThan 0
                }
            }
        }

        for (caller in Caller.values()) {
            testAll("sends, with $caller as the caller") { name ->
                measure(name, Task(Kind.SEND, plain, 5_000, caller = caller)).count shouldBe 5_000
            }
        }

        testAll("takes the time of each round trip") { name ->
            val measured = measure(name, Task(Kind.RTT, plain, 200))
            measured.histogram.totalCount shouldBeGreaterThan 199
            measured.histogram.minValue shouldBeGreaterThan 0
        }

        testAll("keeps 64 in flight") { name ->
            measure(name, Task(Kind.PIPELINE, plain, 6_400, caller = Caller.COROUTINES, inFlight = 64)).count shouldBe
                6_400
        }

        testAll("keeps 1024 in flight", asking) { name ->
            measure(name, Task(Kind.PIPELINE, plain, 10_240, caller = Caller.LIBRARY, inFlight = 1024)).count shouldBe
                10_240
        }

        testAll("takes the time of each request", asking) { name ->
            val measured = measure(name, Task(Kind.PIPELINE, plain, 200, caller = Caller.LIBRARY))
            measured.histogram.totalCount shouldBeGreaterThan 199
        }

        testAll("asks at a fixed rate while it is flooded", asking) { name ->
            val measured = measure(name, Task(Kind.ASK_AT_RATE, plain, 100, floodRate = 20_000))
            measured.histogram.totalCount shouldBe 100
        }

        testAll("speaks TLS") { name ->
            measure(name, Task(Kind.INGEST, secure, 500)).count shouldBe 500
            measure(name, Task(Kind.SEND, secure, 500)).count shouldBe 500
            measure(name, Task(Kind.RTT, secure, 20)).count shouldBe 20
        }

        testAll("comes back from a storm") { name ->
            val measured = measure(name, Task(Kind.CONNECTIONS, plain, 20))
            measured.stormNanos shouldBeGreaterThan 0
        }
    })
