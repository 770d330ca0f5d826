//! How an account looks to the people in it and below it.

use std::fmt;

use crate::InvalidValue;

/// A colour of sRGB, written `#0b5a70`.
///
/// ```
/// use tenantry_domain::account::BrandColor;
/// let teal = BrandColor::parse("#0B5A70")?;
/// assert_eq!(teal.to_string(), "#0b5a70");
/// assert!(teal.contrast(BrandColor::WHITE) > 7.0);
/// assert_eq!(teal.readable_on_it(), BrandColor::WHITE);
/// assert!(BrandColor::parse("teal").is_err());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BrandColor([u8; 3]);

impl BrandColor {
    /// `#000000`.
    pub const BLACK: Self = Self([0; 3]);
    /// `#ffffff`.
    pub const WHITE: Self = Self([255; 3]);
    /// The least contrast of text and its background (WCAG 2.2, success criterion 1.4.3).
    pub const LEAST_CONTRAST: f64 = 4.5;

    /// A colour by its parts.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`; the `#` may be left out.
    ///
    /// # Errors
    /// [`InvalidValue::Malformed`].
    pub fn parse(raw: &str) -> Result<Self, InvalidValue> {
        const MALFORMED: InvalidValue = InvalidValue::Malformed { expected: "a colour such as #0b5a70" };
        let digits = raw.trim().strip_prefix('#').unwrap_or(raw.trim());
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(MALFORMED);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| MALFORMED)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// Reads a colour, or none from nothing or blanks.
    ///
    /// # Errors
    /// As [`BrandColor::parse`].
    pub fn parse_optional(raw: Option<&str>) -> Result<Option<Self>, InvalidValue> {
        raw.filter(|raw| !raw.trim().is_empty()).map(Self::parse).transpose()
    }

    /// The six digits, without the `#`.
    pub fn digits(self) -> String {
        let Self([red, green, blue]) = self;
        format!("{red:02x}{green:02x}{blue:02x}")
    }

    /// How far two colours are apart in lightness, from 1 (alike) to 21 (black and white); as WCAG 2.2 defines it.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Whether text of this colour can be read on each of the surfaces.
    pub fn is_readable_on(self, surfaces: &[Self]) -> bool {
        surfaces.iter().all(|surface| self.contrast(*surface) >= Self::LEAST_CONTRAST)
    }

    /// White or black, whichever is read better on this colour. One of them always has [`BrandColor::LEAST_CONTRAST`].
    #[must_use]
    pub fn readable_on_it(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// This colour with `percent` of another one in it.
    #[must_use]
    pub fn mixed(self, other: Self, percent: u8) -> Self {
        let share = u16::from(percent.min(100));
        let mix = |this: u8, that: u8| {
            let sum = u16::from(this) * (100 - share) + u16::from(that) * share;
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        let (Self([red, green, blue]), Self(into)) = (self, other);
        Self([mix(red, into[0]), mix(green, into[1]), mix(blue, into[2])])
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let value = f64::from(part) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let Self([red, green, blue]) = self;
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}

impl fmt::Display for BrandColor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.digits())
    }
}

/// The logo and the colours of an account. An account that sets none of them shows those of the nearest account above that
/// sets any.
///
/// ```
/// use tenantry_domain::account::{BrandColor, Branding};
/// let yellow = BrandColor::parse("#ffe600")?;
/// let branding = Branding { primary: Some(yellow), ..Branding::default() };
/// assert_eq!(branding.accent_on(&[BrandColor::WHITE]), None, "nobody could read it");
/// assert_eq!(branding.accent_on(&[BrandColor::BLACK]), Some(yellow));
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Branding {
    /// Content hash of the logo.
    pub logo: Option<String>,
    /// The colour of what stands out.
    pub primary: Option<BrandColor>,
    /// Takes the place of the primary colour where that cannot be read.
    pub secondary: Option<BrandColor>,
}

impl Branding {
    /// Whether nothing is set.
    pub const fn is_empty(&self) -> bool {
        self.logo.is_none() && self.primary.is_none() && self.secondary.is_none()
    }

    /// The first of the two colours that can be read on all of these surfaces.
    pub fn accent_on(&self, surfaces: &[BrandColor]) -> Option<BrandColor> {
        [self.primary, self.secondary].into_iter().flatten().find(|color| color.is_readable_on(surfaces))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((BrandColor::BLACK.contrast(BrandColor::WHITE) - 21.0).abs() < 1e-9);
        let grey = BrandColor::parse("767676").unwrap();
        assert!((grey.contrast(BrandColor::WHITE) - 4.54).abs() < 0.005, "the darkest grey that passes on white");
        assert!(!BrandColor::parse("#777777").unwrap().is_readable_on(&[BrandColor::WHITE]));
    }

    #[test]
    fn text_on_a_colour_can_always_be_read() {
        let steps = || (0..=255).step_by(15);
        for (red, green, blue) in steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| (r, g, b)))) {
            let color = BrandColor::new(red, green, blue);
            assert!(color.readable_on_it().is_readable_on(&[color]), "{color}");
        }
    }

    #[test]
    fn colours_mix_by_share() {
        let (black, white) = (BrandColor::BLACK, BrandColor::WHITE);
        assert_eq!(black.mixed(white, 0), black);
        assert_eq!(black.mixed(white, 50).to_string(), "#808080");
        assert_eq!(black.mixed(white, 255), white);
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        for wrong in ["", "#", "#fff", "#12345g", "#1234567", "+12345", "rgb(1,2,3)"] {
            assert!(BrandColor::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(BrandColor::parse_optional(Some("  ")), Ok(None));
    }

    #[test]
    fn the_secondary_colour_steps_in_where_the_primary_cannot_be_read() {
        let [yellow, navy] = ["#ffe600", "#0a1f44"].map(|raw| BrandColor::parse(raw).ok());
        let branding = Branding { primary: yellow, secondary: navy, logo: None };
        assert_eq!(branding.accent_on(&[BrandColor::WHITE]), navy);
        assert_eq!(branding.accent_on(&[BrandColor::BLACK]), yellow);
        assert_eq!(branding.accent_on(&[BrandColor::WHITE, BrandColor::BLACK]), None);
    }
}
