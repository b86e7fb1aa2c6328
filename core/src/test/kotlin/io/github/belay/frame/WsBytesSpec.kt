package io.github.belay.frame

import io.github.belay.seeded
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import io.kotest.property.Arb
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.nio.ReadOnlyBufferException

class WsBytesSpec :
    FunSpec({
        val anyArray = Arb.byteArray(Arb.int(0..32), Arb.byte())

        test("a slice shows what the same range of the array shows, at any depth") {
            checkAll(seeded(1), anyArray, Arb.int(0..32), Arb.int(0..32)) { array, a, b ->
                val from = minOf(a, b, array.size)
                val to = minOf(maxOf(a, b), array.size)
                val slice = WsBytes.wrap(array).slice(from, to)
                slice.size shouldBe to - from
                slice.toByteArray() shouldBe array.copyOfRange(from, to)
                slice.asByteArray() shouldBe array.copyOfRange(from, to)
                slice.slice(0, slice.size) shouldBe WsBytes.wrap(array, from, to - from)
                List(slice.size) { slice[it] } shouldBe array.slice(from until to)
            }
        }

        test("equal bytes are equal wherever they lie, and hash alike") {
            checkAll(seeded(2), anyArray, Arb.int(0..8)) { array, shift ->
                val shifted = WsBytes.wrap(ByteArray(shift) + array + ByteArray(3), shift, array.size)
                shifted shouldBe WsBytes.copyOf(array)
                shifted.hashCode() shouldBe WsBytes.copyOf(array).hashCode()
            }
        }

        test("other bytes, another length and another type are not equal") {
            val bytes = WsBytes.copyOf(byteArrayOf(1, 2, 3))
            bytes shouldNotBe WsBytes.copyOf(byteArrayOf(1, 2, 4))
            bytes shouldNotBe WsBytes.copyOf(byteArrayOf(1, 2))
            bytes.equals(byteArrayOf(1, 2, 3)) shouldBe false
        }

        test("the hash tells different bytes apart") {
            val hashes = (0 until 1000).map { WsBytes.wrap(byteArrayOf(it.toByte(), (it shr 8).toByte())).hashCode() }
            (hashes.size - hashes.toSet().size) shouldBeLessThan 1000 / 10
        }

        test("an index outside the slice is refused although the array goes on") {
            val middle = WsBytes.wrap(byteArrayOf(1, 2, 3, 4), 1, 2)
            shouldThrow<IndexOutOfBoundsException> { middle[-1] }.message shouldBe
                "index must be in 0 until 2 but was -1"
            shouldThrow<IndexOutOfBoundsException> { middle[2] }.message shouldBe "index must be in 0 until 2 but was 2"
        }

        test("a slice outside its parent is refused") {
            val bytes = WsBytes.wrap(byteArrayOf(1, 2, 3, 4), 1, 2)
            for ((from, to) in listOf(-1 to 1, 0 to 3, 2 to 1, Int.MIN_VALUE to Int.MAX_VALUE)) {
                shouldThrow<IllegalArgumentException> { bytes.slice(from, to) }.message shouldBe
                    "slice must lie in 0..2 but was $from..$to"
            }
        }

        test("a range outside the array cannot be wrapped, not even by overflow") {
            val array = ByteArray(4)
            for ((offset, size) in listOf(-1 to 2, 0 to 5, 3 to 2, 5 to 0, 1 to Int.MAX_VALUE, 0 to -1)) {
                shouldThrow<IllegalArgumentException> { WsBytes.wrap(array, offset, size) }
            }
            shouldThrow<IllegalArgumentException> { WsBytes.wrap(array, 5) }
        }

        test("wrap shares the array, copyOf does not") {
            val array = byteArrayOf(1, 2)
            WsBytes.wrap(array).asByteArray() shouldBeSameInstanceAs array
            WsBytes.copyOf(array).asByteArray() shouldNotBeSameInstanceAs array
            WsBytes.wrap(array).toByteArray() shouldNotBeSameInstanceAs array
        }

        test("copyInto writes at the place asked for and nowhere else") {
            val destination = ByteArray(5) { 9 }
            WsBytes.wrap(byteArrayOf(0, 1, 2, 3), 1, 2).copyInto(destination, 2)
            destination shouldBe byteArrayOf(9, 9, 1, 2, 9)
            shouldThrow<IndexOutOfBoundsException> { WsBytes.wrap(ByteArray(4)).copyInto(ByteArray(3)) }
        }

        test("the buffer view shows the slice only and cannot be written to") {
            val buffer = WsBytes.wrap(byteArrayOf(1, 2, 3, 4), 1, 2).asByteBuffer()
            buffer.remaining() shouldBe 2
            buffer.get(0) shouldBe 2
            buffer.capacity() shouldBe 2
            shouldThrow<ReadOnlyBufferException> { buffer.put(0, 7) }
        }

        test("malformed UTF-8 decodes with replacement") {
            val malformed = WsBytes.wrap(byteArrayOf('a'.code.toByte(), 0xFF.toByte()))
            malformed.decodeToString() shouldBe "a\uFFFD"
        }

        test("toString shows the size, never the bytes") {
            WsBytes.wrap("canary".toByteArray()).toString() shouldBe "WsBytes(6 bytes)"
            WsBytes.EMPTY.toString() shouldBe "WsBytes(0 bytes)"
        }
    })
