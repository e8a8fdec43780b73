//! No two top-level modules of `src` import each other, directly or by way of others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// For each top-level module, those that it names.
type Imports = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_modules_import_each_other_in_one_direction() {
    let imports = imports(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(imports.len() > 15, "{imports:?}");
    for ground_floor in ["base64", "lru", "text"] {
        assert_eq!(imports[ground_floor], BTreeSet::new(), "{ground_floor}");
    }
    for (module, imported) in &imports {
        for name in imported {
            assert!(
                imports.contains_key(name),
                "{module} imports crate::{name}, which is not a module: name the module that has it"
            );
        }
    }
    assert_eq!(circle(&imports), None);
}

#[test]
fn a_circle_is_found() {
    let imports = |pairs: &[(&str, &[&str])]| -> Imports {
        let pairs = pairs.iter();
        pairs
            .map(|(name, imported)| {
                let imported = imported.iter().map(|it| (*it).to_owned());
                ((*name).to_owned(), imported.collect())
            })
            .collect()
    };
    let straight = imports(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])]);
    assert_eq!(circle(&straight), None);
    let round = imports(&[("a", &["b"]), ("b", &["c"]), ("c", &["d", "b"]), ("d", &[])]);
    assert_eq!(circle(&round).as_deref(), Some("b -> c -> b"));
}

#[test]
fn every_form_of_an_import_is_read() {
    let named = |depth, source| -> Vec<String> { names(source, depth).into_iter().collect() };
    assert_eq!(named(1, "use crate::text::{fill, find};"), ["text"]);
    assert_eq!(
        named(1, "use crate::{error::Error, text};"),
        ["error", "text"]
    );
    assert_eq!(
        named(1, "use crate::{\n    json::{self, Json},\n    key,\n};"),
        ["json", "key"]
    );
    assert_eq!(named(2, "let now = super::super::times::now();"), ["times"]);
    assert_eq!(named(1, "pub(in crate::sandbox) fn a() {}"), ["sandbox"]);
    assert!(named(2, "use super::super_secret;\nuse super::inner;").is_empty());
    assert!(named(1, "//! See crate::text.\nlet a = 1; // crate::text").is_empty());
    assert!(
        named(
            1,
            "#[cfg(test)]\nmod tests {\n    use crate::text::find;\n}"
        )
        .is_empty()
    );
}

fn imports(root: &Path) -> Imports {
    let mut imports = Imports::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of src") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file = path.strip_prefix(root).expect("below src");
            // What only tests use makes no circle for those who read the rest.
            if file == Path::new("lib.rs") || file.ends_with("tests.rs") {
                continue;
            }
            let (module, depth) = module_of(file);
            let source = fs::read_to_string(&path).expect("a source file");
            let mut names = names(&source, depth);
            names.remove(&module);
            imports.entry(module).or_default().extend(names);
        }
    }
    imports
}

/// The top-level module that a file belongs to, and how many modules deep it is.
fn module_of(file: &Path) -> (String, usize) {
    let parts: Vec<PathBuf> = file.with_extension("").iter().map(PathBuf::from).collect();
    (parts[0].display().to_string(), parts.len())
}

/// The top-level modules that a source file names, by `crate::` or by as many `super::` as it is deep.
fn names(source: &str, depth: usize) -> BTreeSet<String> {
    let code = source
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let code: String = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let from_above = "super::".repeat(depth);
    let mut names = BTreeSet::new();
    for root in ["crate::", &from_above] {
        for (at, _) in code.match_indices(root) {
            let is_whole =
                !code[..at].ends_with(|it: char| it.is_alphanumeric() || "_:".contains(it));
            if is_whole {
                names.extend(first_names(&code[at + root.len()..]));
            }
        }
    }
    names
}

/// Of `a::b`, `a`; of `{a::{b, c}, d}`, `a` and `d`.
fn first_names(path: &str) -> Vec<String> {
    let Some(list) = path.strip_prefix('{') else {
        let end = path.find(|it: char| !(it.is_alphanumeric() || it == '_'));
        return vec![path[..end.unwrap_or(path.len())].to_owned()];
    };
    let mut depth = 1;
    let mut items = vec![String::new()];
    for character in list.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => items.push(String::new()),
            _ if depth == 1 => items.last_mut().expect("one item").push(character),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    let first = |item: &String| {
        item.trim()
            .split("::")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    items
        .iter()
        .map(first)
        .filter(|name| !name.is_empty())
        .collect()
}

/// The modules of one circle, the first named again at the end.
fn circle(imports: &Imports) -> Option<String> {
    fn search(imports: &Imports, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
        let here = way.last().expect("a start").clone();
        for next in &imports[&here] {
            if let Some(start) = way.iter().position(|it| it == next) {
                way.drain(..start);
                way.push(next.clone());
                return true;
            }
            if !done.contains(next) {
                way.push(next.clone());
                if search(imports, way, done) {
                    return true;
                }
                way.pop();
            }
        }
        done.insert(here);
        false
    }
    let mut done = BTreeSet::new();
    imports.keys().find_map(|start| {
        let mut way = vec![start.clone()];
        search(imports, &mut way, &mut done).then(|| way.join(" -> "))
    })
}
