//! Sealing the audit log, and finding out whether somebody changed it.

mod seal;
mod verify;

pub use seal::{SealError, seal_waiting_entries};
pub use verify::{AuditFault, AuditVerification, verify_audit_log};
