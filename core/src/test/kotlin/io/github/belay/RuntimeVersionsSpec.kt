package io.github.belay

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Job

/** Guards the build profile that tests on an older runtime: without it the profile could test the newest one unseen. */
class RuntimeVersionsSpec :
    FunSpec({
        test("the tests run on the Kotlin standard library that the build names") {
            KotlinVersion.CURRENT.toString() shouldBe System.getProperty("runtime.kotlin.version")
        }

        test("the tests run on the coroutines library that the build names") {
            val version = Job::class.java.getResource("/META-INF/kotlinx_coroutines_core.version")
            version?.readText()?.trim() shouldBe System.getProperty("runtime.coroutines.version")
        }
    })
