//! Tenantry's clock, randomness, hashing, encryption, images and name resolution: what the operating system and the processor give.
#![forbid(unsafe_code)]

mod anchor_file;
mod audit_key;
mod clock;
mod connector;
mod gate;
mod hex;
mod images;
mod password_hasher;
mod resolver;
mod sealer;
mod secret_key;
mod tokens;

pub use anchor_file::AnchorFile;
pub use audit_key::HmacAuditKey;
pub use clock::{SystemClock, UuidV7Ids};
pub use connector::BuiltInConnector;
pub use images::ImagePipeline;
pub use password_hasher::Argon2Hasher;
pub use resolver::{HickoryResolver, RecordsFile, ResolverSetupError, build_resolver};
pub use sealer::ChaChaSealer;
pub use secret_key::{SecretKey, SecretKeyError};
pub use tokens::SystemTokens;
