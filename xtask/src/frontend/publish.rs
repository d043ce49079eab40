//! Files with a digest of their content in their names, and compressed twins.
//!
//! `index.html` alone keeps its name. Every other file may be cached for ever, because another
//! content is another name. In the source a file refers to another by the name that it has there, as `"/style.css"`; the
//! module is `"/frontend_bg.wasm"`, its script `"/frontend.js"`, and of the house the palette `"/tokens.css"`
//! and the mark `"/icon.svg"`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::bind::Bound;
use crate::digest;

/// What is below it may be cached for ever.
const ASSETS: &str = "assets";

/// Files whose content is compressed already.
const PACKED: &[&str] = &["png", "jpg", "webp", "woff2", "ico"];

/// Writes everything into `dist` and gives back how many bytes the application is, compressed.
pub(crate) fn publish(
    source: &Path,
    bound: &Bound,
    dist: &Path,
    small: bool,
) -> anyhow::Result<u64> {
    let fresh = dist.with_extension("new");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(fresh.join(ASSETS))?;
    let mut writer = Writer {
        dist: &fresh,
        small,
        names: BTreeMap::new(),
    };

    let wasm = writer.asset("frontend_bg.wasm", &bound.wasm)?;
    let script = writer.asset("frontend.js", bound.script.as_bytes())?;
    writer.asset("tokens.css", look::TOKENS.as_bytes())?;
    writer.asset("icon.svg", look::ICON.as_bytes())?;
    for file in in_order(source)? {
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .context("a file name that is not text")?;
        match String::from_utf8(fs::read(&file)?) {
            Ok(text) => writer.asset(name, writer.resolve(&text).as_bytes())?,
            Err(binary) => writer.asset(name, binary.as_bytes())?,
        };
    }
    let page =
        fs::read_to_string(source.join("index.html")).context("read frontend/static/index.html")?;
    writer.file("index.html", writer.resolve(&page).as_bytes())?;
    let compressed =
        |name: &str| fs::metadata(fresh.join(format!("{name}.br"))).map(|file| file.len());
    let size = compressed(&wasm)? + compressed(&script)?;

    let _ = fs::remove_dir_all(dist);
    fs::rename(&fresh, dist)?;
    Ok(size)
}

struct Writer<'a> {
    dist: &'a Path,
    small: bool,
    names: BTreeMap<String, String>,
}

impl Writer<'_> {
    /// Writes a file under a name with a digest in it, which is given back.
    fn asset(&mut self, name: &str, content: &[u8]) -> anyhow::Result<String> {
        let (stem, extension) = name
            .rsplit_once('.')
            .context("a file without an extension")?;
        let digest = &digest::of(content)[..16];
        let hashed = format!("{ASSETS}/{stem}-{digest}.{extension}");
        self.file(&hashed, content)?;
        self.names.insert(name.to_owned(), hashed.clone());
        Ok(hashed)
    }

    /// Writes a file and its compressed twins.
    fn file(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        let path = self.dist.join(name);
        fs::write(&path, content)?;
        if PACKED.iter().any(|extension| name.ends_with(extension)) {
            return Ok(());
        }
        let twin = |extension: &str| self.dist.join(format!("{name}.{extension}"));
        let (quality, level) = if self.small {
            (11, Compression::best())
        } else {
            (5, Compression::fast())
        };
        let parameters = brotli::enc::BrotliEncoderParams {
            quality,
            size_hint: content.len(),
            ..Default::default()
        };
        brotli::BrotliCompress(
            &mut &*content,
            &mut fs::File::create(twin("br"))?,
            &parameters,
        )?;
        let mut gzip = GzEncoder::new(fs::File::create(twin("gz"))?, level);
        gzip.write_all(content)?;
        gzip.finish()?;
        Ok(())
    }

    /// Replaces the names in the source by the names in `dist`.
    fn resolve(&self, text: &str) -> String {
        self.names
            .iter()
            .fold(text.to_owned(), |text, (name, hashed)| {
                text.replace(&format!("\"/{name}\""), &format!("\"/{hashed}\""))
            })
    }
}

/// The files apart from the page, each after those that it may refer to: pictures, style sheets, scripts.
fn in_order(source: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(source)?
        .map(|entry| Ok(entry?.path()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    files.retain(|file| file.is_file() && !file.ends_with("index.html"));
    files.sort_by_cached_key(|file| {
        let rank = match file.extension().and_then(|extension| extension.to_str()) {
            Some("js") => 2,
            Some("css") => 1,
            _ => 0,
        };
        (rank, file.clone())
    });
    Ok(files)
}
