//! The forms of postal codes: `#` is a digit, `@` a letter, `*` either; blanks and dashes are separators; anything else
//! stands for itself.

/// What was typed, written as the first form it fits: letters upper case, separators where the form has them. `None` if it
/// fits none.
pub(super) fn write_as_one_of(forms: &[&str], typed: &str) -> Option<String> {
    let typed: Vec<char> = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2014}'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    forms.iter().find_map(|form| write_as(form, &typed))
}

fn write_as(form: &str, typed: &[char]) -> Option<String> {
    let mut rest = typed.iter().copied();
    let mut written = String::with_capacity(form.len());
    for place in form.chars() {
        let c = if matches!(place, ' ' | '-') { place } else { rest.next().filter(|&c| fits(place, c))? };
        written.push(c);
    }
    rest.next().is_none().then_some(written)
}

const fn fits(place: char, c: char) -> bool {
    match place {
        '#' => c.is_ascii_digit(),
        '@' => c.is_ascii_uppercase(),
        '*' => c.is_ascii_digit() || c.is_ascii_uppercase(),
        literal => c == literal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_put_where_the_form_has_them() {
        for typed in ["980521234", "98052-1234", "98052 1234", "98052\u{2013}1234"] {
            assert_eq!(write_as_one_of(&["#####", "#####-####"], typed).as_deref(), Some("98052-1234"), "{typed}");
        }
    }

    #[test]
    fn letters_become_upper_case() {
        assert_eq!(write_as_one_of(&["@#@ #@#"], "k1a0b1").as_deref(), Some("K1A 0B1"));
    }

    #[test]
    fn too_few_too_many_and_wrong_characters_fit_no_form() {
        for typed in ["", "9805", "980521", "9805A", "٩٨٠٥٢"] {
            assert_eq!(write_as_one_of(&["#####"], typed), None, "{typed}");
        }
    }

    #[test]
    fn literals_stand_for_themselves() {
        assert_eq!(write_as_one_of(&["LV-####"], "lv1073").as_deref(), Some("LV-1073"));
        assert_eq!(write_as_one_of(&["LV-####"], "LT1073"), None);
    }
}
