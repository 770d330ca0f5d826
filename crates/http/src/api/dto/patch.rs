//! A field of a change: left out, null, or given.

use serde::{Deserialize, Deserializer};

/// Left out, null or given: for fields where null means "clear", which is not the same as leaving it out.
#[derive(Debug, Clone)]
pub struct Patch<T>(Option<Option<T>>);

impl<T> Default for Patch<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| Self(Some(value)))
    }
}

impl<T> Patch<T> {
    /// With another value where one is given.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        Patch(self.0.map(|value| value.map(change)))
    }

    /// For a field that can be cleared.
    pub fn clearable(self) -> Option<Option<T>> {
        self.0
    }
}

impl<T: Default> Patch<T> {
    /// For a field that cannot be cleared: null is as good as nothing typed, which is refused where it is parsed.
    pub fn required(self) -> Option<T> {
        self.0.map(Option::unwrap_or_default)
    }
}
