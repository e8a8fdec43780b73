//! The wasm file as a JavaScript module: no plug-in, no file access and no fetch is needed to load
//! it, in any runtime or bundler.
//!
//! As text in which each byte is one character, or two for those that are rare. In base64 no byte has
//! characters of its own, so that gzip finds nothing that repeats: it makes a quarter more of it.

use crate::{Result, files};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{cmp::Reverse, fmt::Write, path::Path};

/// What stands in a string as it is, in quotes of any kind and in a page.
const ALPHABET: &[u8; 89] =
    b" !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";
/// So many of its characters begin a pair; the others are a byte by themselves.
const BEGIN_PAIR: usize = 2;
const ALONE: usize = ALPHABET.len() - BEGIN_PAIR;

pub fn as_module(wasm: &Path, module: &Path) -> Result<()> {
    let wasm = files::read(wasm)?;
    let order = by_frequency(&wasm);
    let mut ranks = [0; 256];
    for (rank, byte) in order.iter().enumerate() {
        ranks[usize::from(*byte)] = rank;
    }
    let mut text = String::new();
    for byte in wasm {
        push(&mut text, ranks[usize::from(byte)]);
    }
    let mut script = String::new();
    for (name, value) in [
        ("text", text.as_str()),
        ("alphabet", &String::from_utf8_lossy(ALPHABET)),
        ("order", &BASE64_STANDARD.encode(order)),
    ] {
        let _ = writeln!(script, "const {name} = \"{value}\";");
    }
    files::write(module, script + DECODE)
}

/// All 256 bytes, the most frequent first.
fn by_frequency(bytes: &[u8]) -> Vec<u8> {
    let mut counts = [0; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let mut order: Vec<u8> = (0..=255).collect();
    order.sort_by_key(|byte| Reverse(counts[usize::from(*byte)]));
    order
}

fn push(text: &mut String, rank: usize) {
    let mut put = |place: usize| text.push(char::from(ALPHABET[place]));
    match rank.checked_sub(ALONE) {
        None => put(BEGIN_PAIR + rank),
        Some(rare) => {
            put(rare / ALPHABET.len());
            put(rare % ALPHABET.len());
        }
    }
}

/// Over the text's own bytes: no more are ever written than have been read.
const DECODE: &str = r"
function decode() {
  const bytes = atob(order);
  const alone = alphabet.length - 2;
  const places = new Uint8Array(128);
  for (let i = 0; i < alphabet.length; i++) places[alphabet.charCodeAt(i)] = i;
  const codes = new TextEncoder().encode(text);
  let length = 0;
  for (let i = 0; i < codes.length; i++) {
    const place = places[codes[i]];
    const rank = place < 2 ? alone + place * alphabet.length + places[codes[++i]] : place - 2;
    codes[length++] = bytes.charCodeAt(rank);
  }
  return codes.slice(0, length);
}

export const bytes = /* @__PURE__ */ decode();
";
