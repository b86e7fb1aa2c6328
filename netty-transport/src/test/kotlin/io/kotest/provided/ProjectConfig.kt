package io.kotest.provided

import io.github.belay.netty.LeakWatch
import io.kotest.core.config.AbstractProjectConfig
import io.kotest.core.extensions.Extension

/** Found by its name. */
object ProjectConfig : AbstractProjectConfig() {
    override val extensions: List<Extension> = listOf(LeakWatch())
}
