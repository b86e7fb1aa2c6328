package io.github.belay.netty

import io.kotest.core.extensions.Extension
import io.kotest.core.listeners.AfterSpecListener
import io.kotest.core.spec.Spec
import io.netty.buffer.ByteBufAllocator
import io.netty.util.ResourceLeakDetector
import org.junit.jupiter.api.extension.AfterAllCallback
import org.junit.jupiter.api.extension.ExtensionContext
import java.util.concurrent.CopyOnWriteArrayList

/** Fails the tests behind which a buffer was lost without having been released. */
class LeakWatch :
    AfterAllCallback,
    AfterSpecListener,
    Extension {
    override fun afterAll(context: ExtensionContext): Unit = assertNoLeaks()

    override suspend fun afterSpec(spec: Spec): Unit = assertNoLeaks()

    companion object {
        private const val ROUNDS = 3
        private const val ALLOCATIONS = 200

        /** What Netty said about lost buffers, in this JVM. */
        val reports = CopyOnWriteArrayList<String>()

        /** Collects garbage, so that what was lost is noticed. */
        fun look() {
            repeat(ROUNDS) {
                System.gc()
                // Netty looks for lost buffers when it makes new ones.
                repeat(ALLOCATIONS) { ByteBufAllocator.DEFAULT.directBuffer(1).release() }
            }
        }

        fun assertNoLeaks() {
            look()
            if (reports.isNotEmpty()) throw AssertionError("buffers were lost: ${reports.joinToString("\n")}")
        }
    }
}

/** Netty makes one for each kind of resource, as a system property of the build asks it to. */
class LeakReporter<T : Any>(
    resource: Class<*>,
    samplingInterval: Int,
) : ResourceLeakDetector<T>(resource, samplingInterval) {
    @Suppress("UNUSED_PARAMETER", "unused") // The constructor that Netty looked for in former times.
    constructor(resource: Class<*>, samplingInterval: Int, maxActive: Long) : this(resource, samplingInterval)

    override fun needReport(): Boolean = true

    override fun reportTracedLeak(
        resourceType: String,
        records: String,
    ) {
        LeakWatch.reports += "$resourceType: $records"
    }

    override fun reportUntracedLeak(resourceType: String) {
        LeakWatch.reports += resourceType
    }
}
