package io.github.belay

import org.slf4j.Marker
import org.slf4j.event.Level
import org.slf4j.helpers.LegacyAbstractLogger
import org.slf4j.helpers.MessageFormatter
import java.util.concurrent.CopyOnWriteArrayList

/** A logger of which every level is on, and that keeps what it is told. */
internal class RecordingLogger : LegacyAbstractLogger() {
    /** Level and text of each call, and the stack trace where one was given. */
    val lines = CopyOnWriteArrayList<String>()

    override fun handleNormalizedLoggingCall(
        level: Level,
        marker: Marker?,
        pattern: String,
        arguments: Array<out Any?>?,
        thrown: Throwable?,
    ) {
        lines += "$level " + MessageFormatter.basicArrayFormat(pattern, arguments) + trace(thrown)
    }

    private fun trace(thrown: Throwable?): String = thrown?.stackTraceToString().orEmpty()

    override fun getFullyQualifiedCallerName(): String? = null

    override fun isTraceEnabled(): Boolean = true

    override fun isDebugEnabled(): Boolean = true

    override fun isInfoEnabled(): Boolean = true

    override fun isWarnEnabled(): Boolean = true

    override fun isErrorEnabled(): Boolean = true
}
