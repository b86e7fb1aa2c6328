@file:JvmName("Settings")

package io.github.belay.java.internal

import io.github.belay.WebSocketActorConfig
import io.github.belay.WsTargetProvider
import io.github.belay.java.WsTargetSupplier
import java.time.Duration
import kotlin.time.toKotlinDuration

// The settings whose Kotlin form Java source cannot name.

internal fun maxSilence(
    settings: WebSocketActorConfig.Builder,
    maxSilence: Duration,
) {
    settings.maxSilence = maxSilence.toKotlinDuration()
}

internal fun dataTimeout(
    settings: WebSocketActorConfig.Builder,
    dataTimeout: Duration,
) {
    settings.dataTimeout = dataTimeout.toKotlinDuration()
}

internal fun payloadLagInterval(
    settings: WebSocketActorConfig.Builder,
    payloadLagInterval: Duration,
) {
    settings.payloadLagInterval = payloadLagInterval.toKotlinDuration()
}

internal fun connectTimeout(
    settings: WebSocketActorConfig.Builder,
    connectTimeout: Duration,
) {
    settings.connectTimeout = connectTimeout.toKotlinDuration()
}

internal fun writeTimeout(
    settings: WebSocketActorConfig.Builder,
    writeTimeout: Duration,
) {
    settings.writeTimeout = writeTimeout.toKotlinDuration()
}

internal fun closeTimeout(
    settings: WebSocketActorConfig.Builder,
    closeTimeout: Duration,
) {
    settings.closeTimeout = closeTimeout.toKotlinDuration()
}

internal fun stabilityWindow(
    settings: WebSocketActorConfig.Builder,
    stabilityWindow: Duration,
) {
    settings.stabilityWindow = stabilityWindow.toKotlinDuration()
}

internal fun target(
    settings: WebSocketActorConfig.Builder,
    supplier: WsTargetSupplier,
) {
    settings.target(WsTargetProvider { attempt -> supplier.target(attempt).awaitOf("target") })
}
