use std::fmt;

use tenantry_app::ports::{AuditKey, AuditMark};

use crate::SecretKey;

const ENTRY_LABEL: &[u8] = b"audit entry";
const SEAL_LABEL: &[u8] = b"audit seal";

/// HMAC-SHA-256 under the installation's key.
pub struct HmacAuditKey(SecretKey);

impl HmacAuditKey {
    pub const fn new(key: SecretKey) -> Self {
        Self(key)
    }
}

impl fmt::Debug for HmacAuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacAuditKey(…)")
    }
}

impl AuditKey for HmacAuditKey {
    fn mark_entry(&self, content: &[u8]) -> AuditMark {
        AuditMark(self.0.derive(&[ENTRY_LABEL, content]))
    }

    fn mark_seal(&self, content: &[u8]) -> AuditMark {
        AuditMark(self.0.derive(&[SEAL_LABEL, content]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_differ_by_key_content_and_kind() {
        let (key, other) = (HmacAuditKey::new(SecretKey::of(1)), HmacAuditKey::new(SecretKey::of(2)));
        let mark = key.mark_entry(b"content");
        assert_eq!(key.mark_entry(b"content"), mark);
        for different in [key.mark_entry(b"contents"), key.mark_seal(b"content"), other.mark_entry(b"content")] {
            assert_ne!(different, mark);
        }
    }
}
