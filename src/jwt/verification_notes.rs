//! What is worth knowing of a token that is accepted.

use super::claims::{CAPABILITY, Claims, path};
use super::unknown_claims;
use crate::capability::{Capability, Diagnostic, Severity};
use crate::text::fill;

/// What is worth knowing of a token that is accepted, as bits: it is asked for on the hot path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Notes(u8);

impl Notes {
    const OBJECT_CAPABILITY: u8 = 1;
    const NO_CAPABILITY: u8 = 2;
    const NARROWING_UNKNOWN: u8 = 4;
    const UNKNOWN_OPERATIONS: u8 = 8;
    const GRANTS_NOTHING: u8 = 16;
    const UNKNOWN_CLAIMS: u8 = 32;

    pub(super) fn of(claims: &Claims, key_known: bool) -> Notes {
        let capability = claims.capability.as_ref();
        let bit = |bit: u8, set: bool| if set { bit } else { 0 };
        Notes(
            bit(Self::OBJECT_CAPABILITY, claims.capability_is_object)
                | bit(Self::NO_CAPABILITY, !claims.has_capability)
                | bit(Self::NARROWING_UNKNOWN, !key_known && capability.is_some())
                | bit(Self::UNKNOWN_CLAIMS, claims.has_unknown)
                | bit(
                    Self::UNKNOWN_OPERATIONS,
                    capability.is_some_and(Capability::has_unknown),
                )
                | bit(
                    Self::GRANTS_NOTHING,
                    capability.is_some_and(Capability::is_empty),
                ),
        )
    }

    /// The bits, for [`Notes::from_bits`].
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The notes of these bits.
    pub fn from_bits(bits: u8) -> Notes {
        Notes(bits)
    }

    /// Some claims have names of Ably's that Ably does not have, and are worth knowing one by one.
    pub(crate) fn has_unknown_claims(self) -> bool {
        self.0 & Self::UNKNOWN_CLAIMS != 0
    }

    /// Each note in a sentence. `payload`: the claims that it is about, as they were signed.
    pub(crate) fn diagnostics(self, payload: &str) -> Vec<Diagnostic> {
        let mut diagnostics = self.same_for_all();
        if self.has_unknown_claims() {
            diagnostics.append(&mut unknown_claims::diagnostics(payload));
        }
        diagnostics
    }

    /// Those that are the same for every token that has them.
    pub(crate) fn same_for_all(self) -> Vec<Diagnostic> {
        use Severity::{Info, Warning};
        let path = path(CAPABILITY);
        let mut diagnostics = Vec::new();
        for (bit, severity, code, says) in [
            (
                Self::OBJECT_CAPABILITY,
                Warning,
                "object-capability",
                "is an object; Ably documents JSON text, and a server that reads only text ignores it and grants all that the key may do",
            ),
            (
                Self::NO_CAPABILITY,
                Warning,
                "no-capability",
                "is absent: the token may do all that its key may, so what that is must be known",
            ),
            (
                Self::NARROWING_UNKNOWN,
                Info,
                "narrowing-unknown",
                "is what the token asks for; what its key may do is not known here, so this is the most it can be",
            ),
            (
                Self::UNKNOWN_OPERATIONS,
                Info,
                "unknown-operation",
                "has operations that Ably does not know; they grant nothing",
            ),
            (
                Self::GRANTS_NOTHING,
                Warning,
                "grants-nothing",
                "grants nothing at all",
            ),
        ] {
            if self.0 & bit != 0 {
                let message = fill("{} {}", &[CAPABILITY, says]);
                diagnostics.push(Diagnostic::new(severity, code, &path, &message));
            }
        }
        diagnostics
    }
}
