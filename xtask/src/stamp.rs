//! Skips a step while nothing that it reads or wrote has changed. By content, not by time: git and
//! CI caches set times at will.

use crate::{Result, files, layout::Layout};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    time::Instant,
};

pub struct Step {
    pub name: &'static str,
    /// Files, or folders of files.
    pub inputs: Vec<PathBuf>,
    pub outputs: Vec<PathBuf>,
}

impl Step {
    pub fn run(&self, layout: &Layout, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let stamp = layout.stamps().join(self.name.replace(' ', "-"));
        // Taken before the work, so that an edit made meanwhile is seen the next time.
        let inputs = fingerprint(&self.inputs)?;
        if files::read_text(&stamp).is_ok_and(|recorded| recorded == self.record(&inputs)) {
            eprintln!("xtask: {}: nothing has changed", self.name);
            return Ok(());
        }
        let start = Instant::now();
        work()?;
        files::write(&stamp, self.record(&inputs))?;
        let seconds = start.elapsed().as_secs_f32();
        eprintln!("xtask: {}: built in {seconds:.1} s", self.name);
        Ok(())
    }

    /// Outputs are part of it: one that is missing, or was edited, is made anew.
    fn record(&self, inputs: &str) -> String {
        let outputs = fingerprint(&self.outputs).unwrap_or_default();
        format!("{inputs} {outputs}")
    }
}

fn fingerprint(paths: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        hash_path(path, &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash_path(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    if path.is_dir() {
        for file in files::in_folder(path)? {
            hash_path(&file, hasher)?;
        }
        return Ok(());
    }
    path.file_name().hash(hasher);
    files::read(path)?.hash(hasher);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{PathBuf, fingerprint};
    use std::{env, fs, process};

    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("xtask-{}-{name}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_changed_byte_changes_the_fingerprint_and_a_new_time_does_not() {
        let folder = folder("bytes");
        let file = folder.join("input");
        let of = |text: &str| {
            fs::write(&file, text).unwrap();
            fingerprint(std::slice::from_ref(&file)).unwrap()
        };
        let first = of("one");
        assert_eq!(first, of("one"));
        assert_ne!(first, of("One"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn bytes_that_move_from_one_file_to_the_next_change_the_fingerprint() {
        let folder = folder("move");
        let (left, right) = (folder.join("left"), folder.join("right"));
        let of = |a: &str, b: &str| {
            fs::write(&left, a).unwrap();
            fs::write(&right, b).unwrap();
            fingerprint(std::slice::from_ref(&folder)).unwrap()
        };
        assert_ne!(of("ab", "c"), of("a", "bc"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_missing_file_is_named() {
        let missing = env::temp_dir().join("xtask-no-such-file");
        let sentence = fingerprint(std::slice::from_ref(&missing)).unwrap_err();
        assert!(sentence.starts_with(&format!("cannot read {}", missing.display())));
    }
}
