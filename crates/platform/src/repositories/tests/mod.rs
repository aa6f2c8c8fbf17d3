//! Repositories made by the program `git`.

mod history;

use std::fs;
use std::path::Path;
use std::process::Command;

/// A repository of one branch, `main`.
struct Made(tempfile::TempDir);

impl Made {
    fn new() -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        made.git(&["init", "--quiet", "--initial-branch=main"]);
        made
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_as("Ada <ada@example.org>", arguments)
    }

    fn git_as(&self, author: &str, arguments: &[&str]) -> String {
        let (name, email) = author.trim_end_matches('>').split_once(" <").unwrap();
        let done = Command::new("git")
            .args(["-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"])
            .args(arguments)
            .current_dir(self.path())
            .env("GIT_AUTHOR_NAME", name)
            .env("GIT_AUTHOR_EMAIL", email)
            .env("GIT_COMMITTER_NAME", "test")
            .env("GIT_COMMITTER_EMAIL", "test@example.org")
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes `text` into each of `paths` and commits it under `subject`; gives the commit.
    fn commit(&self, author: &str, subject: &str, paths: &[&str]) -> String {
        for path in paths {
            self.write(path, subject);
        }
        self.git(&["add", "--all"]);
        self.git_as(author, &["commit", "--quiet", "--allow-empty", "--message", subject]);
        self.git(&["rev-parse", "HEAD"])
    }
}
