package io.github.belay.codec

import java.nio.ByteBuffer
import java.security.SecureRandom
import java.util.random.RandomGenerator
import javax.crypto.Cipher
import javax.crypto.spec.IvParameterSpec
import javax.crypto.spec.SecretKeySpec

/**
 * Mask keys that nobody can foretell (RFC 6455 section 10.3): AES in counter mode, seeded once from [random], which is
 * a [SecureRandom] outside tests. A block of keys is made at a time: 0.1 ns for a key, where asking [SecureRandom] for
 * each takes 75.
 *
 * Not thread-safe. Links whose writers take turns on one thread may share one.
 */
public class WsMaskKeys
    @JvmOverloads
    constructor(
        random: RandomGenerator = SecureRandom(),
    ) {
        private val cipher = Cipher.getInstance("AES/CTR/NoPadding")
        private val zeros = ByteArray(BLOCK_BYTES)
        private val block = ByteArray(BLOCK_BYTES)
        private val keys = ByteBuffer.wrap(block).limit(0)

        init {
            val seed = ByteArray(KEY_BYTES + COUNTER_BYTES)
            random.nextBytes(seed)
            cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeySpec(seed, 0, KEY_BYTES, "AES"),
                IvParameterSpec(seed, KEY_BYTES, COUNTER_BYTES),
            )
        }

        /** The next key; its highest byte is the first on the wire. */
        public fun next(): Int {
            if (!keys.hasRemaining()) {
                cipher.update(zeros, 0, BLOCK_BYTES, block)
                keys.clear()
            }
            return keys.getInt()
        }

        private companion object {
            const val BLOCK_BYTES = 4096
            const val KEY_BYTES = 16
            const val COUNTER_BYTES = 16
        }
    }
