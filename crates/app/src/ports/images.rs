//! Profile images.

use async_trait::async_trait;
use thiserror::Error;

use super::StorageError;

/// A profile image as it is kept: square, re-encoded, without metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileImage {
    /// SHA-256 of `png`, in lower-case hex: the name it is kept under.
    pub hash: String,
    /// 256 × 256 pixels, PNG.
    pub png: Vec<u8>,
    /// 64 × 64 pixels, PNG.
    pub thumbnail: Vec<u8>,
}

/// Images by content hash, within a unit of work.
#[async_trait]
pub trait ImageRepository: Send + Sync {
    /// Stores an image, unless one with this hash is there already.
    async fn put(&self, image: &ProfileImage) -> Result<(), StorageError>;

    /// Deletes the image if no user shows it any more.
    async fn remove_unused(&self, hash: &str) -> Result<(), StorageError>;
}

/// Turns an upload into a [`ProfileImage`].
#[async_trait]
pub trait ImageProcessor: Send + Sync {
    /// Decodes PNG, JPEG, WebP or GIF (the first frame) within limits of size and memory, crops the middle square and encodes it anew.
    ///
    /// # Errors
    /// [`ImageError`], each with a sentence for whoever uploaded it.
    async fn process(&self, upload: Vec<u8>) -> Result<ProfileImage, ImageError>;
}

/// An upload that cannot become a profile image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ImageError {
    /// More than 5 MiB.
    #[error("Choose an image of at most 5 MiB.")]
    TooLarge,
    /// More pixels than are decoded.
    #[error("Choose an image of at most 8192 by 8192 and 24 million pixels.")]
    TooManyPixels,
    /// None of the known formats, or broken.
    #[error("Choose a PNG, JPEG, WebP or GIF image.")]
    Unreadable,
    /// All decoding permits are taken.
    #[error("Try again in a moment.")]
    Busy,
}

impl ImageError {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::TooManyPixels => "too-many-pixels",
            Self::Unreadable => "unreadable-image",
            Self::Busy => "busy",
        }
    }
}
