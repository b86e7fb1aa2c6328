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
        var value = 0L
        // How many digits stood before the point; none so far.
        var whole = NO_POINT
        while (at < end) {
            val byte = byteAt(at++)
            if (byte == POINT && whole == NO_POINT && digits > 0) {
                whole = digits
            } else {
                val digit = byte - ZERO
                if (digit < 0 || digit >= TEN || ++digits > EXACT_DIGITS) return Double.NaN
                value = value * TEN + digit
            }
        }
        // Nothing at all, or a point with nothing behind it.
        if (digits == 0 || digits == whole) return Double.NaN
        val exact = value / POWERS[if (whole == NO_POINT) 0 else digits - whole]
        return if (isNegative) -exact else exact
    }

    const val MINUS: Byte = '-'.code.toByte()
    const val POINT: Byte = '.'.code.toByte()
    const val ZERO: Int = '0'.code
    const val TEN: Int = 10
    const val NO_POINT: Int = -1

    /** Below 2^53, so that the digits and the power of ten are exact, and the one division rounds once. */
    const val EXACT_DIGITS: Int = 15

    val POWERS: DoubleArray = DoubleArray(EXACT_DIGITS + 1).also { it[0] = 1.0 }.also { fill(it) }

    private fun fill(powers: DoubleArray) {
        for (exponent in 1 until powers.size) powers[exponent] = powers[exponent - 1] * TEN
    }
}
