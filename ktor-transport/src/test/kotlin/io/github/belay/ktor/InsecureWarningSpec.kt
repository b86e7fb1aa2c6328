package io.github.belay.ktor

import io.github.belay.testing.wire.InsecureWarningScenarios
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.request
import io.github.belay.transport.WsTlsConfig
import io.kotest.core.annotation.Isolate
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream

@Isolate // Reads the log where slf4j-simple writes it: the standard error of the whole JVM.
class InsecureWarningSpec :
    InsecureWarningScenarios(ktor)
