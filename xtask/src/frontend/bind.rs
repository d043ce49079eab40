//! The module's JavaScript, by wasm-bindgen as a library: nothing to install, and no version to mismatch.

use std::fs;
use std::path::Path;

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

/// What the browser runs.
pub(crate) struct Bound {
    /// The module.
    pub(crate) wasm: Vec<u8>,
    /// The script that loads it: an ES module that exports a function by default.
    pub(crate) script: String,
}

/// Binds a module; with `small`, without the names that only a debugger reads.
///
/// Binaryen's optimizer has no place here: Debian's (108) breaks what a current compiler writes, without
/// saying so, and compressed it saves nothing.
pub(crate) fn bind(module: &Path, small: bool) -> anyhow::Result<Bound> {
    let directory = module.with_extension("bound");
    let mut output = Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(small)
        .remove_producers_section(true)
        .generate_output()
        .context("bind the module")?;
    output.emit(&directory)?;
    let script = output.js().to_owned();
    Ok(Bound {
        wasm: fs::read(directory.join("frontend_bg.wasm"))?,
        script,
    })
}
