package io.github.belay.checks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class SourceMaskSpec :
    FunSpec({
        fun kotlin(source: String) = SourceMask.codeOnly(source, Language.KOTLIN)

        fun java(source: String) = SourceMask.codeOnly(source, Language.JAVA)

        test("a line comment is blanked and the next line keeps its place") {
            kotlin("a // b\nc") shouldBe "a     \nc"
        }

        test("a block comment nests in Kotlin") {
            kotlin("/* a /* b */ c */d") shouldBe " ".repeat(17) + "d"
        }

        test("a block comment ends at its first end in Java") {
            java("/* a /* b */c") shouldBe " ".repeat(12) + "c"
        }

        test("what looks like a comment inside a string is text of the string") {
            kotlin("""x("// a")y""") shouldBe """x("    ")y"""
        }

        test("an escaped quote does not end a string") {
            kotlin(""""a\"b"c""") shouldBe """"    "c"""
        }

        test("a quote as a character does not open a string") {
            kotlin("'\"'a\"b\"") shouldBe "' 'a\" \""
        }

        test("code in a template stays, with the braces and strings in it") {
            kotlin("\"a\${f { \"b\" }}c\"d") shouldBe "\" \${f { \" \" }} \"d"
        }

        test("a raw string ends at the last three of its closing quotes") {
            kotlin("\"\"\"a\\\"\"\"\"b") shouldBe "\"\"\"   \"\"\"b"
        }

        test("literals stay when only comments are to go") {
            SourceMask.withoutComments("\"a\" // b", Language.KOTLIN) shouldBe "\"a\"     "
        }
    })
