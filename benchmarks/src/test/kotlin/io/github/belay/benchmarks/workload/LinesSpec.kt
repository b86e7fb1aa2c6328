package io.github.belay.benchmarks.workload

import io.github.belay.benchmarks.subject.Caller
import io.github.belay.benchmarks.subject.Payload
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class LinesSpec :
    FunSpec({
        test("a task comes out of its line as it went in") {
            val task = Task(Kind.PIPELINE, "ws://127.0.0.1:80", 9, 1024, Payload.STRING, Caller.THREADS, 64, 1_000)
            Task.decode(task.encode()).encode() shouldBe task.encode()
            Task.decode(task.encode()).inFlight shouldBe 64
        }

        test("a result comes out of its line as it went in, times and all") {
            val histogram = Measured.newHistogram()
            listOf(1_000L, 2_000L, 3_000_000L).forEach(histogram::recordValue)
            val before = Measured(3, 30, 300, 3_000, histogram, heapBytes = -7, stormNanos = 8)
            val after = Measured.decode(before.encode())
            after.encode() shouldBe before.encode()
            after.histogram shouldBe histogram
            after.heapBytes shouldBe -7
        }

        test("rates and shares are for one message") {
            val measured = Measured(count = 4, nanos = 2_000_000_000, cpuNanos = 40, allocatedBytes = 10, heapBytes = 8)
            measured.perSecond shouldBe 2.0
            measured.cpuNanosEach shouldBe 10.0
            measured.allocatedEach shouldBe 2.5
            measured.heapEach shouldBe 2.0
        }

        test("a meter sees what its own thread allocates") {
            val meter = Meter()
            meter.start()
            val kept = List(100) { ByteArray(10_000) }
            meter.stop()
            val bytes = meter.result(1).allocatedBytes
            (bytes in 1_000_000L..20_000_000L) shouldBe true
            kept.size shouldBe 100
        }
    })
