use std::path::Path;

use super::{ADA, Made};
use crate::repositories::history::{
    History, Known, Limits, PathHistory, Person, Share, Taken, history,
};

const ADA_AT_HOME: &str = "ada <ADA@home.example>";
const BO: &str = "Bo <bo@example.org>";

fn read(path: &Path) -> History {
    take(path, Known::new()).history
}

fn take(path: &Path, known: Known) -> Taken {
    history(path, Limits::default(), known).unwrap().unwrap()
}

fn share(person: usize, changes: u32, last: usize) -> Share {
    Share { person, changes, last }
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
    let people = vec![share(0, 2, 0), share(1, 1, 2)];
    let expected = PathHistory { changes: 3, people, first: 2, last: 0 };
    assert_eq!(history.paths["src/b.rs"], expected);
    assert_eq!(history.paths["a.rs"].last, 2);
    assert_eq!(history.commits[1].files, ["src/b.rs"]);
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
    assert_eq!(history.paths["a.rs"].people, [share(0, 2, 1)]);
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
    let author = history.paths["b.rs"].people[0].person;
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
    let few = history(made.path(), Limits { commits: 1, paths: 10 }, Known::new());
    let few = few.unwrap().unwrap().history;
    assert_eq!((subjects(&few), few.is_whole), (vec!["two"], false));
    let few = history(made.path(), Limits { commits: 2, paths: 1 }, Known::new());
    let few = few.unwrap().unwrap().history;
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
    assert!(history(folder.path(), Limits::default(), Known::new()).unwrap().is_none());
    assert!(read(Made::new().path()).commits.is_empty());
}

#[test]
fn what_is_known_is_not_read_again_and_gives_the_same_history() {
    let made = Made::new();
    made.commit(ADA_AT_HOME, "one", &["a.rs", "gone.rs"]);
    made.commit(BO, "two", &["b.rs"]);
    let first = take(made.path(), Known::new());
    assert_eq!((first.fresh.len(), first.gone.len()), (2, 0));
    let known: Known = first.fresh.into_iter().collect();

    std::fs::remove_file(made.path().join("gone.rs")).unwrap();
    made.write(".mailmap", "Ada <ada@example.org> <ada@home.example>\n");
    made.commit(ADA, "three", &["a.rs"]);
    made.commit(BO, "four", &["gone.rs"]);
    let second = take(made.path(), known.clone());
    assert_eq!((second.fresh.len(), second.gone.len()), (2, 0));
    assert_eq!(second.history, read(made.path()));
    assert_eq!(second.history.people.len(), 2);

    made.git(&["reset", "--quiet", "--hard", "HEAD~3"]);
    made.commit(BO, "another", &["a.rs"]);
    let rewritten = take(made.path(), known.into_iter().chain(second.fresh).collect());
    assert_eq!((rewritten.fresh.len(), rewritten.gone.len()), (1, 3));
    assert_eq!(rewritten.history, read(made.path()));
}

#[test]
fn a_shallow_clone_says_the_same_whatever_was_known() {
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    made.commit(ADA, "two", &["b.rs"]);
    let known: Known = take(made.path(), Known::new()).fresh.into_iter().collect();
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", made.path().display());
    made.git(&["clone", "--quiet", "--depth", "1", &url, clone.path().to_str().unwrap()]);
    let taken = take(clone.path(), known);
    assert_eq!(taken.history, read(clone.path()));
    assert!(taken.fresh.is_empty());
}

#[test]
fn of_two_who_did_as_much_the_last_one_comes_first() {
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs", "b.rs"]);
    made.commit(BO, "two", &["a.rs"]);
    made.commit(ADA, "three", &["b.rs"]);
    let history = read(made.path());
    assert_eq!(history.people[history.paths["a.rs"].people[0].person].name, "Bo");
}
