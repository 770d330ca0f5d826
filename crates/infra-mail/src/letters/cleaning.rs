//! Names come from people, some of them hostile. In a letter they are text and nothing else.

const LONGEST: usize = 200;

/// A name as one line of text, without what turns the direction of writing, and with nothing that mail programs make a link of.
pub fn clean_name(name: &str) -> String {
    let line = one_line(name);
    let lower = line.to_lowercase();
    if lower.contains("://") || lower.contains("www.") {
        // Look-alikes: it reads the same, and is no address.
        return line.replace('/', "\u{2215}").replace('.', "\u{2024}");
    }
    line
}

/// A subject in which nothing passes for an encoded word of RFC 2047, which would be decoded on arrival.
pub fn clean_subject(subject: &str) -> String {
    one_line(subject).replace("=?", "= ?")
}

fn one_line(text: &str) -> String {
    let visible: String =
        text.chars().filter(|c| !turns_direction(*c)).map(|c| if breaks_line(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}

fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["Avery Quinn", "O'Brien & Söhne <GmbH>", "Booking.com", "株式会社コントソ", "Čapek Ċ", "🔑"]
        {
            assert_eq!(clean_name(name), name);
        }
    }

    #[test]
    fn line_breaks_become_blanks() {
        for c in ['\r', '\n', '\0', '\u{7F}', '\u{85}', '\u{2028}', '\u{2029}', '\t'] {
            assert_eq!(clean_name(&format!(" a{c}{c} b ")), "a b");
        }
    }

    #[test]
    fn direction_marks_are_dropped() {
        assert_eq!(clean_name("a\u{202E}gpj.exe\u{2066}\u{200F}"), "agpj.exe");
    }

    #[test]
    fn addresses_of_pages_are_no_links_any_more() {
        assert_eq!(clean_name("see https://evil.example/a"), "see https:∕∕evil․example∕a");
        assert_eq!(clean_name("WWW.evil.example"), "WWW․evil․example");
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(clean_name(&"é".repeat(1000)).chars().count(), 200);
    }

    #[test]
    fn subjects_hold_no_encoded_words() {
        assert_eq!(clean_subject("=?utf-8?q?a=0D=0Ab?= hello\r\n"), "= ?utf-8?q?a=0D=0Ab?= hello");
    }
}
