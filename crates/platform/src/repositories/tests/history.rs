use std::path::Path;

use super::{ADA, Made};
use crate::repositories::history::{History, Limits, PathHistory, Person, history};

const ADA_AT_HOME: &str = "ada <ADA@home.example>";
const BO: &str = "Bo <bo@example.org>";

fn read(path: &Path) -> History {
    history(path, Limits::default()).unwrap().unwrap()
}

fn subjects(history: &History) -> Vec<&str> {
    history.commits.iter().map(|commit| commit.subject.as_str()).collect()
}

#[test]
fn each_file_knows_who_changed_it_and_when() {
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs", "src/b.rs"]);
    made.commit(BO, "two", &["src/b.rs", "gone.rs"]);
    std::fs::remove_file(made.path().join("gone.rs")).unwrap();
    let head = made.commit(BO, "three\n\nand why", &["src/b.rs"]);

    let history = read(made.path());
    assert!(history.is_whole);
    assert_eq!(history.commits[0].id, head);
    assert_eq!(subjects(&history), ["three", "two", "one"]);
    assert_eq!(history.people.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["Bo", "Ada"]);
    let paths: Vec<_> = history.paths.keys().collect();
    assert_eq!(paths, ["a.rs", "src/b.rs"]);
    let expected = PathHistory { changes: 3, people: vec![(0, 2), (1, 1)], first: 2, last: 0 };
    assert_eq!(history.paths["src/b.rs"], expected);
    assert_eq!(history.paths["a.rs"].last, 2);
}

#[test]
fn a_person_of_two_addresses_is_one_by_the_mailmap_of_the_head() {
    let made = Made::new();
    made.commit(ADA_AT_HOME, "one", &["a.rs"]);
    made.commit(ADA, "two", &["a.rs"]);
    assert_eq!(read(made.path()).people.len(), 2);

    let canonical = "Ada Lovelace <ada@example.org>";
    made.write(".mailmap", &format!("{canonical} <ada@home.example>\n{canonical}\n"));
    made.commit(ADA, "three", &[]);
    let history = read(made.path());
    let ada = Person { name: "Ada Lovelace".to_owned(), email: "ada@example.org".to_owned() };
    assert_eq!(history.people, [ada]);
    assert_eq!(history.paths["a.rs"].people, [(0, 2)]);
}

#[test]
fn what_a_merge_brings_together_is_counted_where_it_was_made() {
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    made.git(&["switch", "--quiet", "--create", "side"]);
    made.commit(BO, "aside", &["b.rs"]);
    made.git(&["switch", "--quiet", "main"]);
    made.commit(ADA, "two", &["a.rs"]);
    made.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "side"]);

    let history = read(made.path());
    assert_eq!(history.commits.len(), 4);
    assert_eq!(history.paths["b.rs"].changes, 1);
    let author = history.paths["b.rs"].people[0].0;
    assert_eq!(history.people[author].name, "Bo");
}

#[test]
fn a_bare_mirror_says_the_same_as_its_work_tree() {
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    let bare = tempfile::tempdir().unwrap();
    made.git(&["clone", "--quiet", "--bare", ".", bare.path().to_str().unwrap()]);
    assert_eq!(read(bare.path()), read(made.path()));
}

#[test]
fn limits_cut_off_the_oldest_commits_and_say_so() {
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    made.commit(ADA, "two", &["b.rs"]);
    let few = history(made.path(), Limits { commits: 1, paths: 10 }).unwrap().unwrap();
    assert_eq!((subjects(&few), few.is_whole), (vec!["two"], false));
    let few = history(made.path(), Limits { commits: 2, paths: 1 }).unwrap().unwrap();
    assert_eq!((few.paths.len(), few.is_whole), (1, false));
}

#[test]
fn the_first_commit_of_a_shallow_clone_is_not_taken_for_the_first_change() {
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    made.commit(ADA, "two", &["b.rs"]);
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", made.path().display());
    let into = clone.path().to_str().unwrap();
    made.git(&["clone", "--quiet", "--depth", "1", &url, into]);
    let history = read(clone.path());
    assert_eq!(subjects(&history), ["two"]);
    assert!(history.paths.is_empty(), "{:?}", history.paths);
}

#[test]
fn a_folder_without_commits_is_told_from_one_that_is_no_repository() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(history(folder.path(), Limits::default()).unwrap(), None);
    assert!(read(Made::new().path()).commits.is_empty());
}
