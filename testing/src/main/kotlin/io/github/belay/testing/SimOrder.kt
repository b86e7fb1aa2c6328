package io.github.belay.testing

/** In which order a [SimDispatcher] runs tasks that are due at the same instant. */
public enum class SimOrder {
    /** As they came, which is what most real executors do. */
    FIFO,

    /** In an order drawn from the seed: finds the races that first-in-first-out hides. FIFO finds others; run both. */
    SHUFFLED,
}
