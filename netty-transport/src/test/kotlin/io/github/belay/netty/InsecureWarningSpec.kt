package io.github.belay.netty

import io.github.belay.testing.wire.InsecureWarningScenarios
import io.kotest.core.annotation.Isolate

@Isolate // Reads the log where slf4j-simple writes it: the standard error of the whole JVM.
class InsecureWarningSpec : InsecureWarningScenarios(netty)
