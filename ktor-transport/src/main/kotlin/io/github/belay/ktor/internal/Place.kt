package io.github.belay.ktor.internal

/**
 * What a log may say of an exception that nobody else hears of: its type and where it was thrown. Its message may quote an
 * address or a payload.
 */
internal fun Throwable.place(): String = "${javaClass.name} at ${stackTrace.firstOrNull() ?: "an unknown place"}"
