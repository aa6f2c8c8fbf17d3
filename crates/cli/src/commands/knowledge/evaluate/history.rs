//! Questions with known answers out of a repository's history: what a commit says is the question,
//! the files it changed are the answer.

use std::collections::HashSet;
use std::path::Path;

use gix::revision::walk::Sorting;
use gix::traverse::commit::simple::CommitTimeOrder;
use gix::{Commit, Repository};
use wire::knowledge::JudgedQuery;

use crate::failure::{Failure, Result};

/// The newest ones.
const MOST_QUESTIONS: usize = 300;
/// A commit of more files is about none of them.
const MOST_FILES: usize = 10;

/// A question for each of the newest commits of the repository at `path` that changed a file of
/// `stored`: as the file lies in the repository, or below the repository's own name.
pub(super) fn questions(path: &Path, stored: &HashSet<String>) -> Result<Vec<JudgedQuery>> {
    read(path, stored).map_err(|error| {
        Failure::usage(format!("cannot read the history of {}: {error}", path.display()))
    })
}

fn read(path: &Path, stored: &HashSet<String>) -> Result<Vec<JudgedQuery>, gix::Error> {
    let mut repository = gix::discover(path)?;
    repository.object_cache_size_if_unset(64 << 20);
    let name = repository.workdir().and_then(|it| it.canonicalize().ok());
    let name = name.as_deref().and_then(Path::file_name);
    let folder = name.map(|it| it.to_string_lossy().into_owned() + "/").unwrap_or_default();
    let newest_first = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
    let mut questions = Vec::new();
    for step in repository.rev_walk([repository.head_id()?]).sorting(newest_first).all()? {
        let commit = step?.object()?;
        let files = changed(&repository, &commit)?;
        if files.len() > MOST_FILES {
            continue;
        }
        let kept = |file: String| {
            let below = format!("{folder}{file}");
            [file, below].into_iter().find(|it| stored.contains(it))
        };
        let relevant: Vec<String> = files.into_iter().filter_map(kept).collect();
        let text = commit.message()?.summary().to_string();
        if !relevant.is_empty() && !text.trim().is_empty() {
            questions.push(JudgedQuery { text, relevant });
        }
        if questions.len() == MOST_QUESTIONS {
            break;
        }
    }
    Ok(questions)
}

/// The files a commit changed; none for a merge, whose changes have commits of their own.
fn changed(repository: &Repository, commit: &Commit<'_>) -> Result<Vec<String>, gix::Error> {
    let mut parents = commit.parent_ids();
    let (parent, second) = (parents.next(), parents.next());
    if second.is_some() {
        return Ok(Vec::new());
    }
    let before = match parent {
        Some(parent) => Some(parent.object()?.peel_to_tree()?),
        None => None,
    };
    let after = commit.tree()?;
    let plainly = gix::diff::Options::default();
    let changes = repository.diff_tree_to_tree(before.as_ref(), &after, plainly)?;
    let files = changes.iter().filter(|it| it.entry_mode().is_blob());
    Ok(files.map(|it| it.location().to_string()).collect())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn git(folder: &Path, arguments: &[&str]) {
        let run = Command::new("git")
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@example.org",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(run.status.success(), "{run:?}");
    }

    #[test]
    fn a_commit_asks_for_the_files_it_changed() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("atlas");
        std::fs::create_dir(&folder).unwrap();
        git(&folder, &["init", "--quiet", "--initial-branch=main"]);
        let commit = |message: &str, files: &[&str]| {
            for file in files {
                std::fs::write(folder.join(file), message).unwrap();
            }
            git(&folder, &["add", "."]);
            git(&folder, &["commit", "--quiet", "-m", message]);
        };
        commit("begin", &["a.md", "b.md"]);
        let many: Vec<String> = (0..11).map(|at| format!("{at}.md")).collect();
        commit("sweep", &many.iter().map(String::as_str).collect::<Vec<_>>());
        commit("say more in b\n\nbody", &["b.md", "unknown.md"]);

        let stored = ["atlas/a.md", "b.md", "0.md"].map(str::to_owned).into();
        let mut questions = questions(&folder, &stored).unwrap();
        questions.sort_by(|one, other| one.text.cmp(&other.text));
        let question = |text: &str, relevant: &[&str]| JudgedQuery {
            text: text.to_owned(),
            relevant: relevant.iter().map(|&it| it.to_owned()).collect(),
        };
        assert_eq!(
            questions,
            [question("begin", &["atlas/a.md", "b.md"]), question("say more in b", &["b.md"])]
        );
    }

    #[test]
    fn what_is_no_repository_is_said() {
        let home = tempfile::tempdir().unwrap();
        assert!(questions(home.path(), &HashSet::new()).is_err());
    }
}
