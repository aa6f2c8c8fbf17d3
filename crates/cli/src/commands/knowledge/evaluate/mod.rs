//! `knowledge evaluate`: how good the answers are, by questions whose answers are known.

mod history;
mod measure;
mod report;
mod scratch;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::Args;
use client::{Client, DocumentFilter, Knowledge};
use futures::TryStreamExt;
use retrieval::evaluate::{BeirError, Collection, Document};
use wire::Slug;
use wire::knowledge::{CollectionPatch, DEFAULT_COLLECTION, JudgedQuery, SearchMode};

use self::measure::Questions;
use self::report::{Fit, Measures, Report};
use super::catalog::Catalog;
use super::folder::Item;
use super::upload::Destination;
use super::{Target, refused};
use crate::context::Context;
use crate::failure::{Exit, Failure, Result};
use crate::printer::Printer;
use crate::progress;
use crate::table::plain;

/// A weight fitted on fewer questions is mostly chance.
const FEW: usize = 50;

/// Measure how well questions with known answers are answered, mode by mode.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge evaluate ./cranfield --output json
  commandcenter knowledge evaluate --from-git . --project atlas --fit")]
pub(super) struct Evaluate {
    /// Folder with corpus.jsonl, queries.jsonl and qrels.tsv; without a project it is measured in
    /// a scratch database that is removed afterwards
    #[arg(value_name = "DIR", required_unless_present = "from_git", conflicts_with = "from_git")]
    folder: Option<PathBuf>,
    /// Ask what the newest commits of a repository say; their files are the answers
    #[arg(long, value_name = "REPO", requires = "project")]
    from_git: Option<PathBuf>,
    /// Collection that is asked what commits say [default: documents]
    #[arg(long, short, value_name = "NAME", conflicts_with = "folder")]
    collection: Option<Slug>,
    /// Only this mode; several separated by commas or given again [default: all]
    #[arg(long = "mode", short, value_name = "MODE", value_delimiter = ',')]
    modes: Vec<SearchMode>,
    /// Find the best share of meaning in hybrid search and keep it for the collection
    #[arg(long)]
    fit: bool,
    /// Leave the test collection in the project
    #[arg(long, requires = "project", conflicts_with = "from_git")]
    keep: bool,
}

impl Evaluate {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let context = target.context;
        let report = match (&self.from_git, &self.folder) {
            (Some(repository), _) => {
                target
                    .ask(async |it: &Knowledge| self.by_history(context, it, repository).await)
                    .await?
            }
            (None, Some(folder)) => {
                let collection = Collection::read(folder).map_err(|it| unreadable(&it))?;
                self.by_collection(&target, collection).await?
            }
            (None, None) => return Err(Failure::usage("nothing to evaluate is named")),
        };
        report.print(&context.printer)?;
        Ok(Exit::Ok)
    }

    async fn by_history(
        &self,
        context: &Context,
        knowledge: &Knowledge,
        repository: &Path,
    ) -> Result<Report> {
        let collection = self.collection.as_ref().map_or(DEFAULT_COLLECTION, Slug::as_str);
        let filter = DocumentFilter {
            collection: Some(collection.to_owned()),
            limit: Some(1_000),
            ..DocumentFilter::default()
        };
        let documents = knowledge.documents(&filter).map_ok(|it| it.path);
        let stored: HashSet<String> = documents.try_collect().await.map_err(refused)?;
        let queries = history::questions(repository, &stored)?;
        if queries.is_empty() {
            return Err(Failure::usage("no commit changed a file that is in the collection")
                .hint("add the repository first: `commandcenter knowledge add .` in its folder"));
        }
        let questions = Questions { knowledge, collection, queries: &queries };
        self.measure(&context.printer, collection.to_owned(), &questions).await
    }

    async fn by_collection(&self, target: &Target<'_>, collection: Collection) -> Result<Report> {
        let context = target.context;
        let work = async |knowledge: &Knowledge| {
            self.upload_and_measure(&context.printer, knowledge, collection).await
        };
        let Some(project) = &target.project else {
            return scratch::in_scratch(context, work).await;
        };
        let ask = async |client: &Client| {
            Catalog { context, client }.ensure(project).await?;
            work(&client.knowledge(project)).await
        };
        context.with_client(ask).await
    }

    async fn upload_and_measure(
        &self,
        printer: &Printer,
        knowledge: &Knowledge,
        collection: Collection,
    ) -> Result<Report> {
        let name = collection_name(&collection.name);
        let Collection { name: title, documents, queries } = collection;
        let done = async {
            upload(printer, knowledge, &name, documents).await?;
            let queries: Vec<JudgedQuery> = queries.into_iter().map(judged).collect();
            let questions = Questions { knowledge, collection: &name, queries: &queries };
            self.measure(printer, title, &questions).await
        };
        let done = done.await;
        if self.keep {
            return done;
        }
        let removed = knowledge.remove_collection(&name).await.map_err(refused);
        let done = done?;
        removed.map(|()| done)
    }

    async fn measure(
        &self,
        printer: &Printer,
        title: String,
        questions: &Questions<'_>,
    ) -> Result<Report> {
        let fit = if self.fit { fit(printer, questions).await? } else { None };
        let modes = if self.modes.is_empty() { &SearchMode::ALL[..] } else { &self.modes };
        let (found, notice) = questions.by_mode(modes).await?;
        if let Some(notice) = notice {
            printer.note(plain(&notice))?;
        }
        let all = Measures::of(questions.queries.len(), &found);
        let missed = measure::beyond_words(questions.queries, &found);
        // Of words alone nothing is expected there.
        let modes: Vec<_> = modes.iter().copied().filter(|it| *it != SearchMode::Keyword).collect();
        let beyond_words = if missed.is_empty() || modes.is_empty() {
            None
        } else {
            let (found, _) = Questions { queries: &missed, ..*questions }.by_mode(&modes).await?;
            Some(Measures::of(missed.len(), &found))
        };
        Ok(Report { collection: title, all, beyond_words, fit })
    }
}

fn unreadable(error: &BeirError) -> Failure {
    let source = std::error::Error::source(error).map(ToString::to_string);
    Failure::usage(error).details(source)
}

/// Finds the best weight and makes it the collection's.
async fn fit(printer: &Printer, questions: &Questions<'_>) -> Result<Option<Fit>> {
    let fit = Fit::of(&questions.by_weight().await?);
    let Some(best) = &fit else {
        printer.note("no weight could be fitted: there are no vectors to weigh")?;
        return Ok(None);
    };
    let asked = questions.queries.len();
    if asked < FEW {
        printer.note(format!("{asked} questions are few: another weight may be as good"))?;
    }
    let weight = f32::from(best.percent_weight) / 100.0;
    let patch = CollectionPatch { weight: Some(weight) };
    questions.knowledge.update_collection(questions.collection, &patch).await.map_err(refused)?;
    printer.note(format!(
        "{} is searched with weight {weight:.2} from now on",
        questions.collection
    ))?;
    Ok(fit)
}

async fn upload(
    printer: &Printer,
    knowledge: &Knowledge,
    collection: &str,
    documents: Vec<Document>,
) -> Result<()> {
    let items: Vec<Item> = documents.into_iter().map(item).collect();
    let destination = Destination { printer, knowledge, collection: Some(collection), tags: &[] };
    let difference = match destination.compare(&items).await {
        Err(client::Error::NotFound(_)) => None,
        compared => Some(compared.map_err(refused)?),
    };
    let sent: Vec<&Item> = match &difference {
        None => items.iter().collect(),
        Some(it) => it.new.iter().chain(&it.changed).filter_map(|at| items.get(*at)).collect(),
    };
    let bar = progress::bar(sent.len() as u64, "documents");
    let outcome = destination.send(&sent, &bar).await;
    bar.finish_and_clear();
    for failure in outcome?.failures.iter().take(3) {
        printer.note(plain(&format!("failed {}: {}", failure.path, failure.reason)))?;
    }
    Ok(())
}

fn item(document: Document) -> Item {
    let Document { id, title, text } = document;
    let text = if title.is_empty() { text } else { format!("{title}\n\n{text}") };
    Item::held(path_of(&id), text.into_bytes())
}

fn judged(query: retrieval::evaluate::Query) -> JudgedQuery {
    let relevant = query.relevant.iter().map(|id| path_of(id)).collect();
    JudgedQuery { text: query.text, relevant }
}

fn path_of(id: &str) -> String {
    format!("{id}.txt")
}

/// `evaluate-<name>`, with what a name of a collection may not have as `-`.
fn collection_name(name: &str) -> String {
    let fold = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    let folded: String = name.chars().map(fold).take(Slug::MAX_LEN - "evaluate-".len()).collect();
    format!("evaluate-{folded}").trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_makes_a_name_of_a_collection() {
        assert_eq!(collection_name("Cranfield v2"), "evaluate-cranfield-v2");
        for name in ["", "…", &"x".repeat(99)] {
            assert!(collection_name(name).parse::<Slug>().is_ok(), "{name}");
        }
    }

    #[test]
    fn a_document_is_its_title_and_its_text() {
        let document = |title: &str| Document {
            id: "7".to_owned(),
            title: title.to_owned(),
            text: "lift".to_owned(),
        };
        assert_eq!(item(document("Wings")).read().unwrap(), b"Wings\n\nlift");
        assert_eq!(item(document("")).read().unwrap(), b"lift");
        assert_eq!(item(document("")).path, "7.txt");
    }
}
