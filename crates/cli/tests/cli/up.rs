//! `commandcenter up`, from the first start to the last question about what it left behind.

use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::support::{Run, World};

/// The server's process; gone with the test.
pub(crate) struct Up<'a> {
    world: &'a World,
    child: Child,
    pub federation: String,
    /// Where other processes come onto its mesh.
    pub mesh: String,
}

impl Drop for Up<'_> {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl<'a> Up<'a> {
    /// What it prints goes into files: nobody reads a pipe while it runs.
    pub(crate) fn start(world: &'a World) -> Self {
        Self::with(world, &[])
    }

    /// With some settings, as the environment spells them.
    pub(crate) fn with(world: &'a World, settings: &[(&str, &str)]) -> Self {
        let [hub, federation, instance, mesh] = free_addresses();
        let file = |name| std::fs::File::create(world.path(name)).unwrap();
        let child = world
            .command(&["up", "--data", "cc", "--hub", &hub, "--federation", &federation])
            .args(["--instance", &instance])
            .env("COMMANDCENTER_MESH__LISTEN", &mesh)
            .envs(settings.iter().copied())
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .unwrap();
        Self { world, child, federation: format!("http://{federation}"), mesh }
    }

    pub(crate) fn ask(&self, arguments: &[&str]) -> Run {
        let place = ["--server", &self.federation, "--data", "cc"];
        self.world.run(&[arguments, &place[..]].concat())
    }

    /// Asks until the answer is right.
    pub(crate) fn await_answer(&self, arguments: &[&str], is_right: impl Fn(&Run) -> bool) {
        let patience = Instant::now() + Duration::from_secs(30);
        let mut last = self.ask(arguments);
        while !is_right(&last) {
            let log = self.world.read("stderr");
            assert!(Instant::now() < patience, "{arguments:?}: {last:?}\n{log}");
            std::thread::sleep(Duration::from_millis(50));
            last = self.ask(arguments);
        }
    }

    /// Stops it as a service manager would, and gives its exit code and what it printed.
    fn stop(mut self) -> Run {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let patience = Instant::now() + Duration::from_secs(30);
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < patience, "{}", self.world.read("stderr"));
            std::thread::sleep(Duration::from_millis(50));
        }
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        Run { code, stdout: self.world.read("stdout"), stderr: self.world.read("stderr") }
    }
}

/// Held all at once, so that they differ.
fn free_addresses() -> [String; 4] {
    let listeners = [(); 4].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|it| it.local_addr().unwrap().to_string())
}

#[test]
fn a_life_of_up() {
    let world = World::new();
    let up = Up::start(&world);
    up.await_answer(&["health"], |run| run.code == 0);
    let online = ["federation", "projects", "--status", "online", "-o", "ndjson"];
    up.await_answer(&online, |run| run.code == 0 && !run.stdout.is_empty());

    a_key_lives_and_dies(&up);

    let verify = up.ask(&["audit", "verify"]).ok();
    assert!(verify.starts_with("good: "), "{verify}");
    assert!(up.ask(&["audit", "export"]).ok().lines().count() >= 2);

    let run = up.stop();
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("sign in once") && run.stdout.contains("/cc"), "{}", run.stdout);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert!(!run.stdout.contains("cck_") && !run.stderr.contains("cck_"), "{run:?}");

    let after = world.run(&["federation", "projects", "--local", "--data", "cc", "-o", "ndjson"]);
    assert!(after.ok().contains(r#""slug":"commandcenter""#));
}

fn a_key_lives_and_dies(up: &Up<'_>) {
    let create = ["keys", "create", "reader", "--scope", "fed:read", "-o", "json"];
    let created = up.ask(&create).ok();
    let field = |name: &str| {
        let rest = created.split_once(&format!("\"{name}\": \"")).unwrap().1;
        rest.split('"').next().unwrap().to_owned()
    };
    let (id, secret) = (field("id"), field("secret"));

    let as_reader = |words: &[&str]| up.ask(&[words, &["--key", &secret]].concat());
    assert_eq!(as_reader(&["federation", "projects"]).code, 0);
    let beyond = as_reader(&["keys", "list"]);
    assert_eq!(beyond.code, 3);
    assert!(beyond.stderr.contains("keys:read"), "{}", beyond.stderr);

    assert_eq!(up.ask(&["keys", "revoke", &id]).code, 0);
    let refused = as_reader(&["federation", "projects"]);
    assert_eq!(refused.code, 3);
    assert!(!refused.stderr.contains(&secret));
    assert!(up.ask(&["keys", "list"]).ok().contains("revoked"));
}
