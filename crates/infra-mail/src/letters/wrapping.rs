/// Breaks long lines at blanks. Lines that begin with a blank, and words longer than a line (the address of a page), stay whole.
pub fn wrap(text: &str, length: usize) -> String {
    let mut wrapped = String::new();
    for line in text.lines() {
        if line.starts_with(' ') {
            wrapped.push_str(line);
        } else {
            wrap_line(&mut wrapped, line, length);
        }
        wrapped.push('\n');
    }
    wrapped
}

fn wrap_line(wrapped: &mut String, line: &str, length: usize) {
    let mut used = 0;
    for word in line.split(' ') {
        let width = word.chars().count();
        if used > 0 && used + 1 + width > length {
            wrapped.push('\n');
            used = 0;
        } else if used > 0 {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_at_blanks() {
        assert_eq!(wrap("one two three four\n\nfive\n", 9), "one two\nthree\nfour\n\nfive\n");
    }

    #[test]
    fn long_words_and_indented_lines_stay_whole() {
        assert_eq!(wrap("a https://contoso.example/a b\n", 5), "a\nhttps://contoso.example/a\nb\n");
        assert_eq!(wrap("  a long indented line", 5), "  a long indented line\n");
    }
}
