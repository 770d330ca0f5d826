/// Lower-case hexadecimal digits.
pub fn encode(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
    halves.filter_map(|half| char::from_digit(u32::from(half), 16)).collect()
}

/// Reads pairs of hexadecimal digits of either case.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_way_there_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(encode(&[0x0F, 0xA0]), "0fa0");
        assert_eq!(decode(&encode(&bytes)), Some(bytes));
        assert_eq!(decode("0FA0"), Some(vec![0x0F, 0xA0]));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["0", "0g", "é0", "+1"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
