//! Setting and changing passwords, and the addresses that matter for them.
