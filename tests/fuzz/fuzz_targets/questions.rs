//! Questions to capabilities. Four lines: an operation, a resource, a key's capability, a requested one.
#![no_main]

use ably_edge_auth::Capability;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(4, '\n');
    let (Some(operation), Some(resource), Some(key), Some(requested)) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return;
    };
    let (Ok(key), Ok(requested)) = (Capability::read(key), Capability::read(requested)) else {
        return;
    };
    for capability in [&key, &requested] {
        let allowed = capability.allows(operation, resource);
        let explanation = capability.explain(operation, resource);
        assert_eq!(explanation.allowed, allowed);
        assert!(!allowed || !explanation.because.is_empty());
    }
    // The shortest text has the same rights.
    let compact = requested.compact().capability;
    assert_eq!(
        compact.allows(operation, resource),
        requested.allows(operation, resource)
    );
    let met = key.intersect(&requested);
    match (&met, requested.intersect(&key)) {
        (Ok(one), Ok(other)) => assert_eq!(*one, other),
        (Err(one), Err(other)) => assert_eq!(*one, other),
        _ => panic!("it matters which of the two is the key"),
    }
    if let Ok(met) = met {
        assert!(!met.is_empty());
        assert!(
            !met.allows(operation, resource)
                || (key.allows(operation, resource) && requested.allows(operation, resource))
        );
        // Narrowed once, it stays so.
        assert_eq!(
            key.intersect(&met).map(|it| it.to_string()),
            Ok(met.to_string())
        );
    }
});
