//! Size of the zip that is deployed, which holds the binary alone.

use std::fs::File;
use std::io;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::binaries::Binaries;
use crate::report::Figure;

/// What a zip of one file holds beside the file.
const FRAME: u64 = 150;

pub(crate) fn measure(binaries: &Binaries) -> Result<Vec<Figure>> {
    let figure = |name: &str| {
        let path = binaries.path(name);
        let mut binary = File::open(&path).with_context(|| format!("no {}", path.display()))?;
        let mut deflated = DeflateEncoder::new(Count(FRAME), Compression::default());
        let whole = io::copy(&mut binary, &mut deflated)?;
        let Count(zipped) = deflated.finish()?;
        let note = format!("{:.1} MB unzipped", megabytes(whole));
        Ok(Figure { subject: name.to_owned(), value: megabytes(zipped), note })
    };
    binaries.functions().map(figure).collect()
}

fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no binary is that large")]
    let bytes = bytes as f64;
    bytes / 1e6
}

/// Counts what is written.
struct Count(u64);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
