package io.github.belay.internal.reconcile

/**
 * The requests in flight, found by their id, and in the order in which they were added. Not thread-safe.
 *
 * The links run through the requests themselves: a map would cost 72 bytes for each.
 */
internal class PendingRequests {
    private var buckets = arrayOfNulls<PendingRequest>(FIRST_BUCKETS)
    private var first: PendingRequest? = null
    private var last: PendingRequest? = null

    var size: Int = 0
        private set

    /** The request with this [id]; null for none. */
    operator fun get(id: Long): PendingRequest? {
        var found = buckets[bucketOf(id)]
        while (found != null && found.id != id) found = found.sameBucket
        return found
    }

    /** Adds [request], whose id is not in here. */
    fun add(request: PendingRequest) {
        if (size == buckets.size) grow()
        putInBucket(request)
        request.earlier = last
        last?.later = request
        last = request
        if (first == null) first = request
        size++
    }

    /** Removes [request], which is in here. */
    fun remove(request: PendingRequest) {
        takeFromBucket(request)
        val earlier = request.earlier
        val later = request.later
        if (earlier == null) first = later else earlier.later = later
        if (later == null) last = earlier else later.earlier = earlier
        request.earlier = null
        request.later = null
        size--
    }

    /** Gives all to [use], in order; which may remove the one that it is given. */
    inline fun forEach(use: (PendingRequest) -> Unit) {
        var request = first
        while (request != null) {
            val later = request.later
            use(request)
            request = later
        }
    }

    private fun putInBucket(request: PendingRequest) {
        val bucket = bucketOf(request.id)
        request.sameBucket = buckets[bucket]
        buckets[bucket] = request
    }

    private fun takeFromBucket(request: PendingRequest) {
        val bucket = bucketOf(request.id)
        var before: PendingRequest? = null
        var found = buckets[bucket]
        while (found !== request) {
            before = checkNotNull(found) { "request ${request.id} is not in here" }
            found = before.sameBucket
        }
        if (before == null) buckets[bucket] = request.sameBucket else before.sameBucket = request.sameBucket
        request.sameBucket = null
    }

    private fun grow() {
        buckets = arrayOfNulls(buckets.size * 2)
        forEach(::putInBucket)
    }

    /** Ids often come in rows or in steps; multiplied by the golden ratio, all of their bits count (Knuth, TAOCP 6.4). */
    private fun bucketOf(id: Long): Int = ((id * GOLDEN_RATIO) ushr HALF).toInt() and (buckets.size - 1)

    private companion object {
        const val FIRST_BUCKETS = 1
        const val GOLDEN_RATIO = -0x61c8864680b583ebL
        const val HALF = 32
    }
}
