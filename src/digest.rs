//! Short names for long values: one hash function for aliases, bodies, texts and entity tags.
//!
//! xxh3 is fast and stable across machines and versions. It resists accidents, not attackers: whoever can choose the
//! input of a digest must not gain by a collision (an alias counts within its own feed only).

/// 64 bits: equal values within one feed.
pub fn digest(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

/// 128 bits in hexadecimal: the strong entity tag of a body.
pub fn digest_hex(bytes: &[u8]) -> String {
    format!("{:032x}", xxhash_rust::xxh3::xxh3_128(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_that_stores_hold() {
        assert_eq!(digest(b""), 0x2d06_8005_38d3_94c2);
        assert_eq!(digest_hex(b"").len(), 32);
    }
}
