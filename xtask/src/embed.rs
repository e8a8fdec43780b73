//! The wasm file as a JavaScript module: no plug-in, no file access and no fetch is needed to load
//! it, in any runtime or bundler.

use crate::{Result, files};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::path::Path;

pub fn as_module(wasm: &Path, module: &Path) -> Result<()> {
    let text = BASE64_STANDARD.encode(files::read(wasm)?);
    files::write(module, format!("const text = \"{text}\";\n{DECODE}"))
}

/// `atob` is everywhere; `fromBase64` is newer and many times as fast.
const DECODE: &str = r"
function decode() {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const decoded = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) decoded[i] = binary.charCodeAt(i);
  return decoded;
}

export const bytes = /* @__PURE__ */ decode();
";
