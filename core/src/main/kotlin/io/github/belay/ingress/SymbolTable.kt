package io.github.belay.ingress

/**
 * Gives the same string for the same bytes, so that a name that comes with every message is made once. It holds the first
 * [MAX_SYMBOLS] that it meets, of at most [MAX_BYTES] each; any other is made anew. Not thread-safe.
 */
internal class SymbolTable {
    private val names = arrayOfNulls<ByteArray>(SLOTS)
    private val strings = arrayOfNulls<String>(SLOTS)
    private var count = 0

    /** The string of the [size] bytes that [byteAt] gives; [decode] makes those that are not known. */
    inline fun of(
        size: Int,
        byteAt: (Int) -> Byte,
        decode: () -> String,
    ): String {
        if (size > MAX_BYTES) return decode()
        var hash = 0
        for (index in 0 until size) hash = hash * HASH_FACTOR + byteAt(index)
        var slot = slotOf(hash)
        while (true) {
            val name = nameAt(slot) ?: break
            var same = 0
            if (name.size == size) while (same < size && name[same] == byteAt(same)) same++
            if (name.size == size && same == size) return stringAt(slot)
            slot = slotAfter(slot)
        }
        val string = decode()
        if (hasRoom) put(slot, ByteArray(size) { byteAt(it) }, string)
        return string
    }

    // What an inline function may see.
    val hasRoom: Boolean get() = count < MAX_SYMBOLS

    fun slotOf(hash: Int): Int = (hash xor (hash ushr HALF)) and (SLOTS - 1)

    fun slotAfter(slot: Int): Int = (slot + 1) and (SLOTS - 1)

    fun nameAt(slot: Int): ByteArray? = names[slot]

    fun stringAt(slot: Int): String = strings[slot].orEmpty()

    fun put(
        slot: Int,
        name: ByteArray,
        string: String,
    ) {
        names[slot] = name
        strings[slot] = string
        count++
    }

    companion object {
        const val MAX_SYMBOLS: Int = 1024
        const val MAX_BYTES: Int = 64
        const val HASH_FACTOR: Int = 31
        private const val HALF = 16

        /** Twice as many as symbols, so that a search soon comes to an empty one. */
        private const val SLOTS = 2 * MAX_SYMBOLS
    }
}
