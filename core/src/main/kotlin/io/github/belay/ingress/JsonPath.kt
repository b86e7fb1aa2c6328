package io.github.belay.ingress

/** Paths into a JSON value as a tree of names: each value of a message is looked for once, however many paths lead through it. */
internal class JsonPath private constructor(
    private val name: ByteArray,
) {
    /** Which of the paths ends here; -1 for none. */
    var slot: Int = NONE
        private set

    /** This name as the index of an array's element; -1 when it is none. */
    private val element = String(name, Charsets.US_ASCII).toIntOrNull() ?: NONE
    private val children = ArrayList<JsonPath>()

    val hasChildren: Boolean get() = children.isNotEmpty()

    /** What is below the member whose name is the [size] bytes that [byteAt] gives; null for nothing. */
    inline fun member(
        size: Int,
        byteAt: (Int) -> Byte,
    ): JsonPath? {
        for (index in 0 until childCount) {
            val name = nameOf(index)
            var same = 0
            if (name.size == size) while (same < size && name[same] == byteAt(same)) same++
            if (name.size == size && same == size) return child(index)
        }
        return null
    }

    /** What is below the element [index]; null for nothing. */
    fun element(index: Int): JsonPath? {
        for (child in 0 until children.size) if (children[child].element == index) return children[child]
        return null
    }

    // What an inline function may see.
    val childCount: Int get() = children.size

    fun child(index: Int): JsonPath = children[index]

    fun nameOf(index: Int): ByteArray = children[index].name

    private fun add(
        path: String,
        slot: Int,
    ) {
        var at = this
        for (part in path.split('.')) {
            require(part.isNotEmpty()) { "a path must be names with dots between them but was \"$path\"" }
            val bytes = part.toByteArray()
            at = at.children.firstOrNull { it.name.contentEquals(bytes) } ?: JsonPath(bytes).also { at.children += it }
        }
        require(at.slot == NONE) { "a path must stand once but was there twice: \"$path\"" }
        at.slot = slot
    }

    companion object {
        const val NONE: Int = -1

        fun of(paths: List<String>): JsonPath {
            require(paths.isNotEmpty()) { "paths must not be empty" }
            return JsonPath(ByteArray(0)).apply { paths.forEachIndexed { slot, path -> add(path, slot) } }
        }
    }
}
