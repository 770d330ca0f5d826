//! Profile images and logos.

use async_trait::async_trait;
use thiserror::Error;

use super::StorageError;

/// An image as it is kept: re-encoded, without metadata. A profile image is square, 256 pixels wide and 64 as a thumbnail; a
/// logo is as wide as it is, in a box of 400 × 120 pixels and one of 200 × 60.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredImage {
    /// SHA-256 of `png`, in lower-case hex: the name it is kept under.
    pub hash: String,
    /// As large as it is kept, PNG.
    pub png: Vec<u8>,
    /// Smaller, PNG.
    pub thumbnail: Vec<u8>,
}

/// Images by content hash, within a unit of work.
#[async_trait]
pub trait ImageRepository: Send + Sync {
    /// Stores an image, unless one with this hash is there already.
    async fn put(&self, image: &StoredImage) -> Result<(), StorageError>;

    /// Deletes the image if no user and no account shows it any more.
    async fn remove_unused(&self, hash: &str) -> Result<(), StorageError>;
}

/// Turns uploads into images that can be kept.
#[async_trait]
pub trait ImageProcessor: Send + Sync {
    /// Decodes PNG, JPEG, WebP or GIF (the first frame) within limits of size and memory, crops the middle square and encodes it anew.
    ///
    /// # Errors
    /// [`ImageError`], each with a sentence for whoever uploaded it.
    async fn process_profile_image(&self, upload: Vec<u8>) -> Result<StoredImage, ImageError>;

    /// Decodes as for a profile image, makes it as small as a logo, without cropping, and encodes it anew.
    ///
    /// # Errors
    /// As [`ImageProcessor::process_profile_image`].
    async fn process_logo(&self, upload: Vec<u8>) -> Result<StoredImage, ImageError>;
}

/// An upload that cannot become an image of ours.
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
