package io.github.belay.benchmarks.subject

/** A message to send, in the forms that libraries take. All letters, so that nothing takes it for a request. */
class Message(
    val size: Int,
) {
    val bytes: ByteArray = ByteArray(size) { ('a' + it % 26).code.toByte() }
}

/** A request is a binary message that begins with its number in eight digits; the server's echo is the answer. */
object Numbered {
    private const val DIGITS = 8

    fun message(
        number: Int,
        size: Int,
    ): ByteArray {
        require(size >= DIGITS) { "size must be >= $DIGITS but was $size" }
        val bytes = ByteArray(size) { ('a' + it % 26).code.toByte() }
        number.toString().padStart(DIGITS, '0').forEachIndexed { index, digit -> bytes[index] = digit.code.toByte() }
        return bytes
    }

    fun isNumbered(first: Byte): Boolean = first in '0'.code..'9'.code

    /** The number in bytes that [byteAt] gives. */
    inline fun numberOf(byteAt: (Int) -> Byte): Long {
        var number = 0L
        for (index in 0 until 8) number = number * 10 + (byteAt(index) - '0'.code)
        return number
    }
}
