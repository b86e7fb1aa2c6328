package io.github.belay.ingress

/** Reads a number's digits where they lie, without a string. */
internal object JsonNumber {
    /** The integer from [start] to [end]; [orElse] if it is none, or none that a Long holds. */
    inline fun long(
        start: Int,
        end: Int,
        orElse: Long,
        byteAt: (Int) -> Byte,
    ): Long {
        val isNegative = start < end && byteAt(start) == MINUS
        var at = if (isNegative) start + 1 else start
        if (at == end) return orElse
        // Counted downwards, for there is one more negative number than there are positive ones.
        var value = 0L
        while (at < end) {
            val digit = byteAt(at++) - ZERO
            if (digit < 0 || digit >= TEN || value < (Long.MIN_VALUE + digit) / TEN) return orElse
            value = value * TEN - digit
        }
        if (!isNegative && value == Long.MIN_VALUE) return orElse
        return if (isNegative) value else -value
    }

    /**
     * The number from [start] to [end] where that is exact in a few steps: at most 15 digits, and a power of ten that a
     * double holds. NaN where it is not, and for what is no number.
     */
    inline fun exactDouble(
        start: Int,
        end: Int,
        byteAt: (Int) -> Byte,
    ): Double {
        var at = if (start < end && byteAt(start) == MINUS) start + 1 else start
        val isNegative = at > start
        var digits = 0
        var fraction = 0
        var value = 0L
        var isFraction = false
        while (at < end) {
            val byte = byteAt(at++)
            if (byte == POINT && !isFraction && digits > 0) {
                isFraction = true
            } else {
                val digit = byte - ZERO
                if (digit < 0 || digit >= TEN || ++digits > EXACT_DIGITS) return Double.NaN
                value = value * TEN + digit
                if (isFraction) fraction++
            }
        }
        if (digits == 0 || (isFraction && fraction == 0)) return Double.NaN
        val exact = value / POWERS[fraction]
        return if (isNegative) -exact else exact
    }

    const val MINUS: Byte = '-'.code.toByte()
    const val POINT: Byte = '.'.code.toByte()
    const val ZERO: Int = '0'.code
    const val TEN: Int = 10

    /** Below 2^53, so that the digits and the power of ten are exact, and the one division rounds once. */
    const val EXACT_DIGITS: Int = 15

    val POWERS: DoubleArray = DoubleArray(EXACT_DIGITS + 1).also { it[0] = 1.0 }.also { fill(it) }

    private fun fill(powers: DoubleArray) {
        for (exponent in 1 until powers.size) powers[exponent] = powers[exponent - 1] * TEN
    }
}
