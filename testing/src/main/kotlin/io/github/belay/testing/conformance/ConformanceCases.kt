package io.github.belay.testing.conformance

/** All cases: 517 in the usual groups, written from the RFCs. */
public object ConformanceCases {
    private val cases: List<ConformanceCase> by lazy {
        framingCases() +
            pingPongCases() +
            reservedBitCases() +
            opcodeCases() +
            fragmentationCases() +
            utf8Cases() +
            closeCases() +
            sizeCases() +
            cutCases() +
            deflateCases() +
            deflateParameterCases()
    }

    /** Every case, in the order of the ids. */
    @JvmStatic
    public fun all(): List<ConformanceCase> = cases

    /** The cases of [group], in order. */
    @JvmStatic
    public fun of(group: ConformanceGroup): List<ConformanceCase> = cases.filter { it.group == group }

    /** The case with [id]. Throws [IllegalArgumentException] if there is none. */
    @JvmStatic
    public fun byId(id: String): ConformanceCase =
        requireNotNull(cases.firstOrNull { it.id == id }) { "id must be that of a case but was $id" }
}
