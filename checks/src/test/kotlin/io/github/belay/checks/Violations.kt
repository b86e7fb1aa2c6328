package io.github.belay.checks

import io.kotest.assertions.fail

/** Fails with every violation on a line of its own: who breaks a rule in ten places wants to see the ten. */
internal fun List<String>.shouldReportNothing() {
    if (isNotEmpty()) fail(joinToString("\n", prefix = "$size violations\n"))
}
