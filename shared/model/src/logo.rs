//! Logos: small images, known by what they hold and not by what is said of
//! them.

mod svg;

use std::fmt;

/// The largest logo that is taken: 256 KiB.
pub const MAX_LOGO: usize = 256 * 1024;

/// An image that may be shown as a logo.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    bytes: Vec<u8>,
    kind: LogoKind,
}

/// What kind of image a logo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// SVG that is still: it runs nothing and loads nothing.
    Svg,
    /// WebP.
    Webp,
}

/// Why bytes are no logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotALogo {
    /// There are more than [`MAX_LOGO`].
    #[error("must not be larger than 256 KiB")]
    TooLarge,
    /// They are no image of a kind that is known.
    #[error("must be a PNG, JPEG, SVG or WebP image")]
    NoImage,
    /// They are an SVG image that might run or load something, or is broken.
    #[error("must be a well-formed SVG image without scripts, animations and outward links")]
    UnsafeSvg,
}

impl Logo {
    /// Takes bytes for a logo.
    ///
    /// # Errors
    /// Why they are none.
    pub fn new(bytes: Vec<u8>) -> Result<Self, NotALogo> {
        if bytes.len() > MAX_LOGO {
            return Err(NotALogo::TooLarge);
        }
        let kind = match bytes.as_slice() {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => LogoKind::Png,
            [0xff, 0xd8, 0xff, ..] => LogoKind::Jpeg,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => LogoKind::Webp,
            other => {
                let text = std::str::from_utf8(other).map_err(|_| NotALogo::NoImage)?;
                svg::check(text).map(|()| LogoKind::Svg)?
            }
        };
        Ok(Self { bytes, kind })
    }

    /// What it holds.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, by itself.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What kind of image it is.
    #[must_use]
    pub const fn kind(&self) -> LogoKind {
        self.kind
    }
}

impl LogoKind {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Svg => "image/svg+xml",
            Self::Webp => "image/webp",
        }
    }
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logo").field("kind", &self.kind).field("size", &self.bytes.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_known_by_what_it_holds() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], LogoKind::Png),
            (b"\xff\xd8\xff\xe0rest", LogoKind::Jpeg),
            (b"RIFF\x10\0\0\0WEBPVP8 ", LogoKind::Webp),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", LogoKind::Svg),
        ] {
            let logo = Logo::new(bytes.to_vec()).expect("an image");
            assert_eq!(logo.kind(), kind);
            assert_eq!(logo.into_bytes(), bytes);
        }
    }

    #[test]
    fn what_is_no_small_image_is_refused() {
        for bytes in [&b""[..], b"GIF89a", b"%PDF-1.7", b"RIFF\x10\0\0\0WAVE", b"<html/>", b"\xff"]
        {
            assert_eq!(Logo::new(bytes.to_vec()), Err(NotALogo::NoImage), "{bytes:?}");
        }
        let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
        image.resize(MAX_LOGO, 0);
        assert!(Logo::new(image.clone()).is_ok());
        image.push(0);
        assert_eq!(Logo::new(image), Err(NotALogo::TooLarge));
    }
}
