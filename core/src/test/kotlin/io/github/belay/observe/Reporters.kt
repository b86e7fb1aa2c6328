package io.github.belay.observe

import io.github.belay.lifecycle.WsDisconnectCause
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Proxy

/** All that a reporter can hear. */
internal val reports: List<Method> = WsMetricsReporter::class.java.methods.sortedBy { it.name }

/** A reporter that does [onReport] with the name and the arguments of every report. */
internal fun reporter(onReport: (String, List<Any>) -> Unit): WsMetricsReporter =
    Proxy.newProxyInstance(
        WsMetricsReporter::class.java.classLoader,
        arrayOf(WsMetricsReporter::class.java),
    ) { _, method, arguments ->
        onReport(method.name, arguments.orEmpty().toList())
    } as WsMetricsReporter

/** Calls what [report] names, with arguments made up for [client]; returns them. */
internal fun WsMetricsReporter.hear(
    report: Method,
    client: String,
): List<Any> {
    val arguments =
        report.parameterTypes.mapIndexed { index, type ->
            when {
                type == String::class.java -> client
                type == Int::class.javaPrimitiveType -> index + 2
                type == Long::class.javaPrimitiveType -> index + 1_000_000L
                type == Double::class.javaPrimitiveType -> 0.9
                type == WsRequestOutcome::class.java -> WsRequestOutcome.CONFIRMED
                else -> WsDisconnectCause.ReadFailure("reset")
            }
        }
    try {
        report.invoke(this, *arguments.toTypedArray())
    } catch (e: InvocationTargetException) {
        throw e.targetException
    }
    return arguments
}
