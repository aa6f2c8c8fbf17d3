//! Rules about the migrations.

use std::collections::BTreeSet;

use super::Finding;
use super::tree::{File, Tree};

const SQLITE: &str = "crates/db/migrations/sqlite/";
const POSTGRES: &str = "crates/db/migrations/postgres/";

pub(super) fn both_engines_have_the_same_migrations(tree: &Tree) -> Vec<Finding> {
    let names = |folder: &str| -> BTreeSet<String> {
        let migrations = migrations(tree, folder);
        migrations.map(|file| file.path.trim_start_matches(folder).to_owned()).collect()
    };
    let (sqlite, postgres) = (names(SQLITE), names(POSTGRES));
    sqlite
        .symmetric_difference(&postgres)
        .map(|name| {
            let (here, missing) =
                if sqlite.contains(name) { (SQLITE, POSTGRES) } else { (POSTGRES, SQLITE) };
            Finding::new(&format!("{here}{name}"), 1, format!("{missing} has none of this name"))
        })
        .collect()
}

/// Row level security, forced, with a policy, in the migration that makes the table.
pub(super) fn every_tenant_table_has_its_wall(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in migrations(tree, POSTGRES) {
        let statements = statements(&file.text);
        for table in statements.iter().filter_map(tenant_table) {
            let altered = format!("alter table {} ", table.name);
            let policy = format!(" on {} ", table.name);
            let does = |start: &str, part: &str| {
                let is_it = |it: &&Statement| it.text.starts_with(start) && it.text.contains(part);
                statements.iter().any(|statement| is_it(&statement))
            };
            let missing = [
                (does(&altered, "enable row level security"), "enable row level security"),
                (does(&altered, "force row level security"), "force row level security"),
                (does("create policy ", &policy), "create policy"),
            ];
            for (_, what) in missing.iter().filter(|(is_there, _)| !is_there) {
                let message = format!("table `{}` has a tenant but no `{what}`", table.name);
                findings.push(Finding::new(&file.path, table.line, message));
            }
        }
    }
    findings
}

fn migrations<'a>(tree: &'a Tree, folder: &'a str) -> impl Iterator<Item = &'a File> {
    tree.files().iter().filter(move |file| file.path.starts_with(folder))
}

struct Statement {
    /// Where it starts.
    line: usize,
    /// In lower case, without comments, with single spaces.
    text: String,
}

struct TenantTable<'a> {
    name: &'a str,
    line: usize,
}

/// Splits at every semicolon, which no migration of ours holds inside a table or a policy.
fn statements(migration: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut current = Statement { line: 1, text: String::new() };
    for (index, line) in migration.lines().enumerate() {
        let code = line.split("--").next().unwrap_or_default().to_lowercase();
        for (part, piece) in code.split(';').enumerate() {
            if part > 0 {
                statements.push(current);
                current = Statement { line: index + 1, text: String::new() };
            }
            for word in piece.split_whitespace() {
                if current.text.is_empty() {
                    current.line = index + 1;
                }
                current.text.push_str(word);
                current.text.push(' ');
            }
        }
    }
    statements.push(current);
    statements
}

fn tenant_table(statement: &Statement) -> Option<TenantTable<'_>> {
    let rest = statement.text.strip_prefix("create table ")?;
    let rest = rest.strip_prefix("if not exists ").unwrap_or(rest);
    let (name, columns) = rest.split_once(['(', ' '])?;
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let has_tenant = columns.split(|letter| !is_word(letter)).any(|word| word == "tenant_id");
    has_tenant.then_some(TenantTable { name, line: statement.line })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walls(migration: &str) -> Vec<(usize, String)> {
        let tree = Tree::of(&[("crates/db/migrations/postgres/0001_a.sql", migration)]);
        let found = every_tenant_table_has_its_wall(&tree);
        found.into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    #[test]
    fn a_migration_of_one_engine_is_found() {
        let tree = Tree::of(&[
            ("crates/db/migrations/sqlite/0001_a.sql", ""),
            ("crates/db/migrations/postgres/0001_a.sql", ""),
            ("crates/db/migrations/sqlite/0002_b.sql", ""),
            ("crates/db/migrations/postgres/0003_c.sql", ""),
        ]);
        let found = both_engines_have_the_same_migrations(&tree);
        let paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(
            paths,
            ["crates/db/migrations/sqlite/0002_b.sql", "crates/db/migrations/postgres/0003_c.sql"]
        );
    }

    #[test]
    fn a_tenant_table_with_its_wall_is_fine() {
        let migration = "create table if not exists beat (\n  tenant_id uuid not null\n);\n\
             ALTER TABLE beat ENABLE ROW LEVEL SECURITY;\nalter table beat force row level security;\n\
             create policy wall on beat\n  using (tenant_id = current_tenant());\n";
        assert_eq!(walls(migration), []);
    }

    #[test]
    fn a_tenant_table_without_its_wall_is_found() {
        let migration = "-- the wall\n\ncreate table beat (tenant_id uuid);\n\
             alter table beat enable row level security; -- force row level security\n\
             create policy wall on heartbeat using (true);\n";
        let message = |what| (3, format!("table `beat` has a tenant but no `{what}`"));
        assert_eq!(
            walls(migration),
            [message("force row level security"), message("create policy")]
        );
    }

    #[test]
    fn a_table_without_a_tenant_needs_no_wall() {
        assert_eq!(walls("create table tenant (id uuid primary key);"), []);
    }
}
