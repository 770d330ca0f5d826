use std::io::Write as _;

use image::{
    AnimationDecoder as _, Frame, GrayImage, Rgb, RgbImage, Rgba,
    codecs::{gif::GifEncoder, jpeg::JpegEncoder, webp::WebPEncoder},
};
use proptest::prelude::*;

use super::*;

const RED: Rgba<u8> = Rgba([255, 0, 0, 255]);
const GREEN: Rgba<u8> = Rgba([0, 255, 0, 255]);
const BLUE: Rgba<u8> = Rgba([0, 0, 255, 255]);

async fn process(upload: Vec<u8>) -> Result<StoredImage, ImageError> {
    ImagePipeline::new().process_profile_image(upload).await
}

fn write(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(width: u32, height: u32, colour: impl Fn(u32, u32) -> Rgba<u8>) -> Vec<u8> {
    write(&RgbaImage::from_fn(width, height, colour).into(), ImageFormat::Png)
}

fn read(png: &[u8]) -> RgbaImage {
    image::load_from_memory_with_format(png, ImageFormat::Png).unwrap().into_rgba8()
}

fn is_close(pixel: Rgba<u8>, expected: Rgba<u8>) -> bool {
    pixel.0.iter().zip(expected.0).all(|(a, b)| a.abs_diff(b) < 40)
}

fn low_byte(number: u32) -> u8 {
    number.to_le_bytes()[0]
}

/// The names of a PNG's chunks.
fn chunks(png: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = &png[8..];
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        names.push(String::from_utf8_lossy(&rest[4..8]).into_owned());
        rest = &rest[12 + length..];
    }
    names.dedup();
    names
}

fn chunk(name: &str, data: &[u8]) -> Vec<u8> {
    let named = [name.as_bytes(), data].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&named);
    [&u32::try_from(data.len()).unwrap().to_be_bytes(), named.as_slice(), &crc.sum().to_be_bytes()].concat()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// So many MiB of zeros, made of one piece again and again.
fn zeros_deflated(mebibytes: u32) -> Vec<u8> {
    let mut piece = Vec::with_capacity(4096);
    let mut compressor = flate2::Compress::new(flate2::Compression::best(), false);
    compressor.compress_vec(&vec![0; 1 << 20], &mut piece, flate2::FlushCompress::Full).unwrap();
    let adler = ((mebibytes << 20) % 65_521) << 16 | 1;
    [&[0x78, 0xDA], piece.repeat(mebibytes as usize).as_slice(), &[1, 0, 0, 0xFF, 0xFF], &adler.to_be_bytes()].concat()
}

/// A PNG with any size in its header, one bit per pixel, and these pixels.
fn claiming(width: u32, height: u32, before_pixels: &[u8], pixels: &[u8]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    let parts = [chunk("IHDR", &header), before_pixels.to_vec(), chunk("IDAT", &deflate(pixels)), chunk("IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".as_slice(), &parts.concat()].concat()
}

#[tokio::test]
async fn an_image_becomes_two_square_pngs_named_by_their_hash() {
    let image = process(png(300, 200, |_, _| RED)).await.unwrap();
    assert_eq!(read(&image.png).dimensions(), (256, 256));
    assert_eq!(read(&image.thumbnail).dimensions(), (64, 64));
    assert_eq!(image.hash, hex::encode(&Sha256::digest(&image.png)));
    assert_eq!(chunks(&image.png), ["IHDR", "IDAT", "IEND"]);
    assert_eq!(chunks(&image.thumbnail), ["IHDR", "IDAT", "IEND"]);
    assert_eq!(process(png(300, 200, |_, _| RED)).await.unwrap(), image, "the same pixels have the same name");
}

#[tokio::test]
async fn the_middle_square_is_kept() {
    // Red at the left and right of a green square; the same standing upright.
    let lying = png(400, 200, |x, _| if (100..300).contains(&x) { GREEN } else { RED });
    let standing = png(200, 400, |_, y| if (100..300).contains(&y) { GREEN } else { RED });
    for upload in [lying, standing] {
        let image = read(&process(upload).await.unwrap().png);
        assert!(image.pixels().all(|pixel| is_close(*pixel, GREEN)));
    }
}

#[tokio::test]
async fn small_and_large_images_are_brought_to_size() {
    for (width, height) in [(1, 1), (10, 3), (64, 64), (3000, 2500)] {
        let image = read(&process(png(width, height, |_, _| BLUE)).await.unwrap().png);
        assert_eq!(image.dimensions(), (256, 256));
        assert!(image.pixels().all(|pixel| is_close(*pixel, BLUE)), "{width} by {height}");
    }
}

#[tokio::test]
async fn a_logo_keeps_its_shape_and_is_made_small_but_never_large() {
    for (size, large, small) in [
        ((800, 100), (400, 50), (200, 25)),
        ((3000, 3000), (120, 120), (60, 60)),
        ((90, 30), (90, 30), (90, 30)),
        ((2000, 1), (400, 1), (200, 1)),
    ] {
        let upload = png(size.0, size.1, |_, _| GREEN);
        let logo = ImagePipeline::new().process_logo(upload).await.unwrap();
        assert_eq!((read(&logo.png).dimensions(), read(&logo.thumbnail).dimensions()), (large, small), "{size:?}");
        assert!(read(&logo.png).pixels().all(|pixel| is_close(*pixel, GREEN)));
        let again = ImagePipeline::new().process_logo(logo.png.clone()).await.unwrap();
        assert_eq!(again, logo, "a logo is its own logo");
    }
}

#[tokio::test]
async fn a_logo_taken_on_its_side_is_turned_and_stripped_of_metadata() {
    let logo = ImagePipeline::new().process_logo(jpeg_with_exif(6)).await.unwrap();
    let lying = read(&ImagePipeline::new().process_logo(jpeg_with_exif(1)).await.unwrap().png);
    let (width, height) = lying.dimensions();
    assert_eq!(read(&logo.png).dimensions(), (height, width));
    assert_eq!(chunks(&logo.png), ["IHDR", "IDAT", "IEND"]);
}

#[tokio::test]
async fn transparency_is_kept() {
    let image = process(png(100, 100, |x, _| if x < 50 { RED } else { Rgba([0, 0, 0, 0]) })).await.unwrap();
    let pixels = read(&image.png);
    assert_eq!((pixels.get_pixel(10, 128).0[3], pixels.get_pixel(245, 128).0[3]), (255, 0));
}

#[tokio::test]
async fn all_four_formats_are_read() {
    let image = DynamicImage::from(RgbImage::from_pixel(80, 60, Rgb([0, 0, 255])));
    let mut webp = Vec::new();
    WebPEncoder::new_lossless(&mut webp).encode(image.as_bytes(), 80, 60, ExtendedColorType::Rgb8).unwrap();
    let uploads = [
        write(&image, ImageFormat::Png),
        write(&image, ImageFormat::Jpeg),
        write(&image.to_rgba8().into(), ImageFormat::Gif),
        webp,
        write(&image.to_rgb16().into(), ImageFormat::Png),
        write(&image.to_luma8().into(), ImageFormat::Jpeg),
    ];
    for upload in uploads {
        assert!(process(upload).await.is_ok());
    }
}

#[tokio::test]
async fn an_animation_gives_its_first_frame() {
    let mut gif = Vec::new();
    let frames = [RED, BLUE, BLUE].map(|colour| Frame::new(RgbaImage::from_pixel(40, 40, colour)));
    GifEncoder::new(&mut gif).encode_frames(frames).unwrap();
    let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(&gif)).unwrap();
    assert_eq!(decoder.into_frames().count(), 3);
    let image = read(&process(gif).await.unwrap().png);
    assert!(image.pixels().all(|pixel| is_close(*pixel, RED)));
}

/// A JPEG, red at the left and blue at the right, whose EXIF block says how it is to be turned and where it was taken.
fn jpeg_with_exif(orientation: u8) -> Vec<u8> {
    let pixels = RgbImage::from_fn(200, 200, |x, _| if x < 100 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 95).encode_image(&pixels).unwrap();
    let mut exif = b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"48.8584 N 2.2945 E");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let segment = [&[0xFF, 0xE1], length.as_slice(), &exif].concat();
    jpeg.splice(2..2, segment);
    jpeg
}

#[tokio::test]
async fn exif_orientation_is_applied() {
    // 1: as it is; 3: turned around; 6: to be turned right, so that left becomes top.
    for (orientation, red_at) in [(1, (20, 128)), (3, (235, 128)), (6, (128, 20))] {
        let image = read(&process(jpeg_with_exif(orientation)).await.unwrap().png);
        assert!(is_close(*image.get_pixel(red_at.0, red_at.1), RED), "orientation {orientation}");
    }
}

#[tokio::test]
async fn metadata_is_gone() {
    let image = process(jpeg_with_exif(1)).await.unwrap();
    assert_eq!(chunks(&image.png), ["IHDR", "IDAT", "IEND"]);
    let text = claiming(8, 8, &chunk("tEXt", b"Comment\0taken at home"), &[0; 16]);
    let image = process(text).await.unwrap();
    assert_eq!(chunks(&image.png), ["IHDR", "IDAT", "IEND"]);
}

#[tokio::test]
async fn what_follows_an_image_is_gone() {
    let polyglot = [png(20, 20, |_, _| RED), b"<script>alert(1)</script>PK\x03\x04".to_vec()].concat();
    let image = process(polyglot).await.unwrap();
    assert!(!image.png.windows(8).any(|window| window == b"<script>"));
}

#[tokio::test]
async fn pixel_bombs_are_refused_by_their_header() {
    let headers = [(50_000, 50_000), (8_000, 8_000), (8_193, 1), (1, 8_193), (u32::MAX >> 1, 1)];
    for (width, height) in headers {
        assert_eq!(process(claiming(width, height, b"", &[0; 64])).await, Err(ImageError::TooManyPixels), "{width}");
    }
    let mut jpeg = write(&GrayImage::new(8, 8).into(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|window| window == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xFF);
    assert_eq!(process(jpeg).await, Err(ImageError::TooManyPixels));
}

#[tokio::test]
async fn a_whole_image_of_too_many_pixels_is_refused() {
    let pixels = vec![0; 8_000 * 1_001];
    let upload = claiming(8_000, 8_000, b"", &pixels);
    assert!(upload.len() < 100_000);
    assert_eq!(process(upload).await, Err(ImageError::TooManyPixels));
}

#[tokio::test]
async fn deep_images_beyond_the_memory_limit_are_refused() {
    // 16 bits for each of four channels: 24 million pixels are 192 MB.
    let header = [&4_800u32.to_be_bytes()[..], &4_800u32.to_be_bytes(), &[16, 6, 0, 0, 0]].concat();
    let parts = [chunk("IHDR", &header), chunk("IDAT", &deflate(&[0; 64])), chunk("IEND", b"")].concat();
    let upload = [b"\x89PNG\r\n\x1a\n".as_slice(), &parts].concat();
    assert_eq!(process(upload).await, Err(ImageError::TooManyPixels));
}

#[tokio::test]
async fn bombs_in_metadata_are_never_unpacked() {
    let bomb = zeros_deflated(1024);
    let profile = chunk("iCCP", &[b"p\0\0".as_slice(), &bomb].concat());
    let text = chunk("zTXt", &[b"t\0\0".as_slice(), &bomb].concat());
    assert!(bomb.len() < 2 << 20);
    for before in [profile, text] {
        // Refused or read without it: either is right, as long as memory is not filled.
        let outcome = process(claiming(8, 8, &before, &[0; 16])).await;
        assert!(matches!(outcome, Ok(_) | Err(ImageError::Unreadable | ImageError::TooManyPixels)));
    }
}

#[tokio::test]
async fn what_is_no_image_is_refused_whatever_it_is_called() {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec();
    let html = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
    let signature_then_html = b"\x89PNG\r\n\x1a\n<script>alert(1)</script>".to_vec();
    let bmp = b"BM\x3A\0\0\0\0\0\0\0\x36\0\0\0".to_vec();
    for upload in [Vec::new(), svg, html, signature_then_html, bmp, b"%PDF-1.7".to_vec(), b"GIF89a".to_vec()] {
        assert_eq!(process(upload).await, Err(ImageError::Unreadable));
    }
}

#[tokio::test]
async fn truncated_images_are_refused_or_read_as_far_as_they_go() {
    let noise = |x: u32, y: u32| Rgba([low_byte(x * 7 + y * 13), low_byte(x * y), low_byte(x ^ y), 255]);
    let whole = png(64, 64, noise);
    for length in [8, 20, 40, whole.len() / 2] {
        assert_eq!(process(whole[..length].to_vec()).await, Err(ImageError::Unreadable), "{length}");
    }
}

#[tokio::test]
async fn more_than_5_mib_are_refused_unseen() {
    assert_eq!(process(vec![0; MOST_BYTES + 1]).await, Err(ImageError::TooLarge));
    assert_eq!(process(vec![0; MOST_BYTES]).await, Err(ImageError::Unreadable));
}

#[tokio::test]
async fn a_surplus_is_turned_away() {
    let pipeline = ImagePipeline { gate: Gate::new(1, 0, Duration::ZERO) };
    let upload = png(20, 20, |_, _| RED);
    let (done, turned_away) =
        tokio::join!(pipeline.process_profile_image(upload.clone()), pipeline.process_profile_image(upload.clone()));
    assert!(done.is_ok());
    assert_eq!(turned_away, Err(ImageError::Busy));
}

fn samples() -> Vec<Vec<u8>> {
    let image = DynamicImage::from(RgbImage::from_fn(24, 24, |x, y| Rgb([low_byte(x * 10), low_byte(y * 10), 90])));
    let mut webp = Vec::new();
    WebPEncoder::new_lossless(&mut webp).encode(image.as_bytes(), 24, 24, ExtendedColorType::Rgb8).unwrap();
    let gif = write(&image.to_rgba8().into(), ImageFormat::Gif);
    vec![write(&image, ImageFormat::Png), write(&image, ImageFormat::Jpeg), gif, webp, jpeg_with_exif(6)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn broken_images_never_panic(
        sample in prop::sample::select(samples()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        length in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut upload = sample;
        for (index, byte) in changes {
            let index = index.index(upload.len());
            upload[index] = byte;
        }
        if is_cut {
            upload.truncate(length.index(upload.len()));
        }
        if let Some(format) = format_of(&upload) {
            let _ = render_profile_image(&upload, format);
            let _ = render_logo(&upload, format);
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), start in 0usize..4) {
        let start = [b"\x89PNG\r\n\x1a\n".as_slice(), b"\xFF\xD8\xFF", b"GIF89a", b"RIFF\x20\0\0\0WEBP"][start];
        let upload = [start, &bytes].concat();
        if let Some(format) = format_of(&upload) {
            let _ = render_profile_image(&upload, format);
            let _ = render_logo(&upload, format);
        }
    }
}
