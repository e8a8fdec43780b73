//! The numbers and texts that a wasm file is made of, and its sections.

use crate::Result;

pub struct Reader<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Reader<'a> {
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Behind the magic number and the version.
    pub fn of_file(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 8 }
    }

    pub fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += length;
        rest.get(..length)
            .ok_or_else(|| "a wasm file cannot be read: a part of it ends too early.".to_owned())
    }

    pub fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    pub fn word(&mut self) -> Result<u32> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// In LEB128.
    pub fn number(&mut self) -> Result<u32> {
        Ok(self.leb128()?.0)
    }

    /// In LEB128 with a sign; a negative number comes as its two's complement.
    pub fn signed(&mut self) -> Result<u32> {
        let (number, bits, negative) = self.leb128()?;
        let fill = u32::MAX.checked_shl(bits).unwrap_or(0);
        Ok(if negative { number | fill } else { number })
    }

    /// The number, how many bits it was written in, and whether the uppermost of them is set.
    fn leb128(&mut self) -> Result<(u32, u32, bool)> {
        let (mut number, mut bits) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f).checked_shl(bits).unwrap_or(0);
            bits += 7;
            if byte & 0x80 == 0 {
                return Ok((number, bits, byte & 0x40 != 0));
            }
        }
    }

    pub fn text(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        self.take(length as usize)
    }

    /// A section, or a part of one: its kind and what it contains.
    pub fn part(&mut self) -> Result<(u8, &'a [u8])> {
        Ok((self.byte()?, self.text()?))
    }
}

/// The file without its custom sections: what is shipped needs no names.
pub fn without_custom_sections(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut file = Reader::of_file(wasm);
    let mut kept = wasm.get(..file.at).unwrap_or_default().to_vec();
    while file.at < wasm.len() {
        let start = file.at;
        let (kind, _) = file.part()?;
        if kind != 0 {
            kept.extend_from_slice(&wasm[start..file.at]);
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_sections_go_and_the_others_stay_as_they_are() {
        let head = b"\0asm\x01\0\0\0".as_slice();
        let types = b"\x01\x04\x01\x60\0\0".as_slice();
        let names = b"\0\x07\x04name\x01\0".as_slice();
        let padded = b"\x0b\x81\0\0".as_slice(); // a length in more bytes than it needs
        let wasm = [head, names, types, names, padded].concat();
        let kept = without_custom_sections(&wasm).unwrap();
        assert_eq!(kept, [head, types, padded].concat());
        assert!(without_custom_sections(&wasm[..wasm.len() - 1]).is_err());
    }
}
