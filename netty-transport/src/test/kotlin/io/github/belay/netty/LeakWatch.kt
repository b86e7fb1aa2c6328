package io.github.belay.netty

import io.netty.buffer.ByteBufAllocator
import io.netty.util.ResourceLeakDetector
import io.netty.util.ResourceLeakDetectorFactory
import org.junit.jupiter.api.extension.AfterAllCallback
import org.junit.jupiter.api.extension.ExtensionContext
import java.util.concurrent.CopyOnWriteArrayList

/** Fails a test class behind which a buffer was lost without having been released. */
class LeakWatch : AfterAllCallback {
    override fun afterAll(context: ExtensionContext): Unit = assertNoLeaks()

    companion object {
        private const val ROUNDS = 3
        private const val ALLOCATIONS = 200

        /** What Netty said about lost buffers, in this JVM. */
        val reports = CopyOnWriteArrayList<String>()

        init {
            ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
                object : ResourceLeakDetectorFactory() {
                    @Deprecated("Netty's own signature")
                    override fun <T : Any> newResourceLeakDetector(
                        resource: Class<T>,
                        samplingInterval: Int,
                        maxActive: Long,
                    ): ResourceLeakDetector<T> = Detector(resource, samplingInterval)
                },
            )
        }

        /** Collects garbage, so that what was lost is noticed, and throws [AssertionError] if something was. */
        fun assertNoLeaks() {
            repeat(ROUNDS) {
                System.gc()
                // Netty looks for lost buffers when it makes new ones.
                repeat(ALLOCATIONS) { ByteBufAllocator.DEFAULT.directBuffer(1).release() }
            }
            if (reports.isNotEmpty()) throw AssertionError("buffers were lost: ${reports.joinToString("\n")}")
        }
    }

    private class Detector<T : Any>(
        resource: Class<T>,
        samplingInterval: Int,
    ) : ResourceLeakDetector<T>(resource, samplingInterval) {
        override fun needReport(): Boolean = true

        override fun reportTracedLeak(
            resourceType: String,
            records: String,
        ) {
            reports += "$resourceType: $records"
        }

        override fun reportUntracedLeak(resourceType: String) {
            reports += resourceType
        }
    }
}
