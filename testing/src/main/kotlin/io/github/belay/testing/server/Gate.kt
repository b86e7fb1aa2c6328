package io.github.belay.testing.server

import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** Lets threads pass while it is open. Open at first. */
internal class Gate {
    private val lock = ReentrantLock()
    private val opened = lock.newCondition()
    private var isOpen = true

    fun set(open: Boolean) {
        lock.withLock {
            isOpen = open
            opened.signalAll()
        }
    }

    /** Blocks while the gate is shut. */
    fun pass() {
        lock.withLock { while (!isOpen) opened.await() }
    }
}
