package io.github.belay.netty;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for what may block or take long, which must not be done on an event loop. */
final class HelperThreads {
    /** Tasks that wait for a thread; more are refused. */
    private static final int MAX_WAITING = 100_000;

    private static final int IDLE_SECONDS = 10;

    private HelperThreads() {}

    /** Daemon threads, {@code max} at most, that end when they have had nothing to do for 10 s. */
    static ThreadPoolExecutor pool(String name, int max) {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(
                        max,
                        max,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(MAX_WAITING),
                        new DefaultThreadFactory(name, true));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
