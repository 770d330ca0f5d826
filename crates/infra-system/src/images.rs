use std::{io::Cursor, time::Duration};

use async_trait::async_trait;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder as _, ImageFormat, ImageReader, Limits, RgbaImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
    imageops,
    metadata::Orientation,
};
use sha2::{Digest as _, Sha256};
use tenantry_app::ports::{ImageError, ImageProcessor, StoredImage};

use crate::{gate::Gate, hex};

const MOST_BYTES: usize = 5 * 1024 * 1024;
const LONGEST_SIDE: u32 = 8192;
const MOST_PIXELS: u64 = 24_000_000;
const MOST_MEMORY: u64 = 128 * 1024 * 1024;
/// For what stands before the pixels: colour profiles unpack to a thousand times their size.
const MOST_HEADER_MEMORY: u64 = 16 * 1024 * 1024;
const SIDE: u32 = 256;
const THUMBNAIL_SIDE: u32 = 64;
/// The widest and the highest logo: twice what pages show, for screens with small pixels.
const LOGO: (u32, u32) = (400, 120);
/// Larger squares are averaged down to this first: much faster, and no difference is seen.
const WORKING_SIDE: u32 = 4 * SIDE;

const AT_A_TIME: usize = 2;
const MOST_WAITING: usize = 16;
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Decodes uploads within limits of size and memory, two at a time, and encodes them anew as PNG: nothing of the original
/// file but its pixels gets through.
#[derive(Debug)]
pub struct ImagePipeline {
    gate: Gate,
}

impl ImagePipeline {
    pub fn new() -> Self {
        Self { gate: Gate::new(AT_A_TIME, MOST_WAITING, LONGEST_WAIT) }
    }
}

impl Default for ImagePipeline {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl ImageProcessor for ImagePipeline {
    async fn process_profile_image(&self, upload: Vec<u8>) -> Result<StoredImage, ImageError> {
        self.run(upload, render_profile_image).await
    }

    async fn process_logo(&self, upload: Vec<u8>) -> Result<StoredImage, ImageError> {
        self.run(upload, render_logo).await
    }
}

impl ImagePipeline {
    async fn run(&self, upload: Vec<u8>, render: Render) -> Result<StoredImage, ImageError> {
        if upload.len() > MOST_BYTES {
            return Err(ImageError::TooLarge);
        }
        let format = format_of(&upload).ok_or(ImageError::Unreadable)?;
        let permit = self.gate.enter().await.ok_or(ImageError::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            render(&upload, format)
        });
        // A decoder that panics has not read the image either.
        done.await.unwrap_or(Err(ImageError::Unreadable))
    }
}

/// By its first bytes, whatever name or type the upload came with.
fn format_of(upload: &[u8]) -> Option<ImageFormat> {
    let format = image::guess_format(upload).ok()?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];
    known.contains(&format).then_some(format)
}

/// From an upload to what is kept of it.
type Render = fn(&[u8], ImageFormat) -> Result<StoredImage, ImageError>;

fn render_profile_image(upload: &[u8], format: ImageFormat) -> Result<StoredImage, ImageError> {
    let square = decode_square(upload, format)?;
    let thumbnail = imageops::resize(&square, THUMBNAIL_SIDE, THUMBNAIL_SIDE, imageops::FilterType::Lanczos3);
    store(&square, &thumbnail)
}

fn render_logo(upload: &[u8], format: ImageFormat) -> Result<StoredImage, ImageError> {
    let (image, orientation) = decode(upload, format)?;
    // Made small before it is turned: that is cheap then. The box is turned along.
    let (turned, fit) = (orientation.to_exif() >= 5, |image: &DynamicImage, (width, height): (u32, u32)| {
        if image.width() <= width && image.height() <= height { image.clone() } else { shrink(image, width, height) }
    });
    let (width, height) = if turned { (LOGO.1, LOGO.0) } else { LOGO };
    let mut logo = fit(&image, (width, height));
    logo.apply_orientation(orientation);
    let small = fit(&logo, (LOGO.0 / 2, LOGO.1 / 2));
    store(&logo.into_rgba8(), &small.into_rgba8())
}

fn shrink(image: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    let is_large = image.width() > 4 * width && image.height() > 4 * height;
    let working = if is_large { Some(image.thumbnail(4 * width, 4 * height)) } else { None };
    working.as_ref().unwrap_or(image).resize(width, height, imageops::FilterType::Lanczos3)
}

fn store(image: &RgbaImage, thumbnail: &RgbaImage) -> Result<StoredImage, ImageError> {
    let png = encode(image)?;
    Ok(StoredImage { hash: hex::encode(&Sha256::digest(&png)), png, thumbnail: encode(thumbnail)? })
}

/// The first frame as it lies, and how to turn it upright.
fn decode(upload: &[u8], format: ImageFormat) -> Result<(DynamicImage, Orientation), ImageError> {
    let mut decoder = open(upload, format)?;
    let orientation = decoder.orientation().map_err(problem)?;
    let image = DynamicImage::from_decoder(decoder).map_err(problem)?;
    if image.width() == 0 || image.height() == 0 {
        return Err(ImageError::Unreadable);
    }
    Ok((image, orientation))
}

/// The middle square of the first frame, upright.
fn decode_square(upload: &[u8], format: ImageFormat) -> Result<RgbaImage, ImageError> {
    let (image, orientation) = decode(upload, format)?;
    let (width, height) = (image.width(), image.height());
    let side = width.min(height);
    let middle = imageops::crop_imm(&image, (width - side) / 2, (height - side) / 2, side, side);
    let smaller =
        if side > WORKING_SIDE { imageops::thumbnail(&*middle, WORKING_SIDE, WORKING_SIDE) } else { middle.to_image() };
    let mut square = DynamicImage::from(imageops::resize(&smaller, SIDE, SIDE, imageops::FilterType::Lanczos3));
    // The middle square is the same whichever way up, and turning the small one is cheap.
    square.apply_orientation(orientation);
    Ok(square.into_rgba8())
}

/// Reads the header and holds it against the limits, before anything is allocated for pixels.
fn open(upload: &[u8], format: ImageFormat) -> Result<impl ImageDecoder, ImageError> {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_HEADER_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(upload), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(problem)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(ImageError::TooManyPixels);
    }
    limits.max_alloc = Some(MOST_MEMORY);
    limits.reserve(decoder.total_bytes()).map_err(problem)?;
    decoder.set_limits(limits).map_err(problem)?;
    Ok(decoder)
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
fn problem(error: image::ImageError) -> ImageError {
    match error {
        image::ImageError::Limits(_) => ImageError::TooManyPixels,
        _ => ImageError::Unreadable,
    }
}

fn encode(image: &RgbaImage) -> Result<Vec<u8>, ImageError> {
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
    let (width, height) = image.dimensions();
    let is_opaque = image.pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let written = if is_opaque {
        let opaque: Vec<u8> = image.pixels().flat_map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2]]).collect();
        encoder.write_image(&opaque, width, height, ExtendedColorType::Rgb8)
    } else {
        encoder.write_image(image.as_raw(), width, height, ExtendedColorType::Rgba8)
    };
    written.map_err(problem).map(|()| png)
}

#[cfg(test)]
mod tests;
