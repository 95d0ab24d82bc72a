//! Bytes damaged in every way a number can name: the same number does the same damage.

/// Numbers that follow from one number, the same on every machine (splitmix64).
pub struct Numbers(pub u64);

/// What means something to one reader or the other, and comes seldom by chance.
const TELLING: [&[u8]; 30] = [
    b"\0asm\x0d\0\x01\0",
    b"\0asm\x01\0\0\0",
    b"regulars-plugin 1\n",
    b"\xff\xff\xff\xff\x0f",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
    b"\xff\xff\xff\x7f",
    b"\x0b\x0b\x0b",
    b"\x02\x40\x03\x40",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"18446744073709551615",
    b"1e999",
    b"\xf0\x9f\xa7\x8b",
    b"\xe2\x80\xae",
    b"\0",
    b"[[",
    b"]\n",
    b" = ",
    b"{ ",
    b" }",
    b"\"\"\"",
    b"a.a.a.a.a.a.a.a",
    b"loop { ",
    b"fn f(x) { f(x) }\n",
    b".map(|x| x)",
    b"`${",
    b"#{ a: [",
    b" in 0..9_999_999 ",
    b"out.add_tag(\"vip\").because(\"plain\");",
    b"throw ",
];

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Less than `end`, and 0 where there is nothing less.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// One to three changes, most of them small; `other` is what pieces are borrowed from.
pub fn damage(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(3) {
        change(bytes, other, numbers);
    }
}

fn change(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    let at = numbers.below(bytes.len() + 1);
    let count = 1 + numbers.below(48);
    let end = (at + count).min(bytes.len());
    match numbers.below(16) {
        0 => bytes.truncate(at),
        1..=4 => write(bytes, at, |byte| byte ^ 1 << (count % 8)),
        5..=6 => write(bytes, at, |_| numbers.next() as u8),
        7..=9 => {
            let like = bytes.get(numbers.below(bytes.len())).copied().unwrap_or_default();
            write(bytes, at, |_| like);
        }
        10 => drop(bytes.splice(at..at, numbers.bytes(count))),
        11 => drop(bytes.drain(at..end)),
        12 => {
            let from = numbers.below(other.len());
            let piece = &other[from..other.len().min(from + 8 * count)];
            drop(bytes.splice(at..end, piece.iter().copied()));
        }
        13 => {
            let piece = TELLING[numbers.below(TELLING.len())];
            let times = if numbers.below(8) == 0 { 400 } else { 1 };
            drop(bytes.splice(at..at, piece.repeat(times)));
        }
        _ => {
            let piece = bytes[at..end].to_vec();
            let to = numbers.below(bytes.len() + 1);
            drop(bytes.splice(to..to, piece.repeat(1 + numbers.below(3))));
        }
    }
}

fn write(bytes: &mut [u8], at: usize, change: impl FnOnce(u8) -> u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = change(*byte);
    }
}
