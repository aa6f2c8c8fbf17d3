//! A run: everything there is, and the loop that lets it happen.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use platform::federation::project::{Project as Described, Source};
use uuid::Uuid;
use wire::{ProjectId, Slug, Timestamp};

use crate::Settings;
use crate::database::{Database, Holder};
use crate::dice::Dice;
use crate::failure::{Failure, Happening, Trace};
use crate::project::{self, Project};
use crate::queue::{Event, Queue};
use crate::replica::{EPOCH, Replica};
use crate::script::{self, ALL, Fault, REPLICAS};
use crate::time::{MILLISECOND, SECOND, Time};

const TICK: Time = 250 * MILLISECOND;
const AROUND_KEPT: usize = 12;

/// What a run that found nothing has been through.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outcome {
    pub beats: u64,
    pub delivered: u64,
    pub refused: u64,
    pub transitions: u64,
    pub faults: u64,
}

/// Simulates to the end, or to the first disagreement.
pub fn run(settings: &Settings) -> Result<Outcome, Box<Failure>> {
    let mut world = World::new(settings);
    while let Some((at, event)) = world.queue.pop() {
        if at > world.end {
            break;
        }
        world.now = at;
        world.happen(event)?;
    }
    Ok(Outcome { transitions: world.database.transitions, ..world.outcome })
}

pub(crate) struct World<'a> {
    pub settings: &'a Settings,
    pub now: Time,
    pub end: Time,
    pub dice: Dice,
    pub queue: Queue,
    pub projects: Vec<Project>,
    pub catalog: Vec<Described>,
    pub traces: Vec<Trace>,
    pub replicas: Vec<Replica>,
    pub database: Database,
    /// The next commit takes this long.
    pub slow_commit: Option<Time>,
    /// What happens to the next commit that records something.
    pub next_commit: Option<Fault>,
    /// Since when one transaction holds the lease locked.
    pub locked_at: Time,
    pub ticks: u64,
    pub outcome: Outcome,
    /// How many replicas were started: each start is another process.
    pub started: u64,
    around: VecDeque<(Time, String)>,
}

impl<'a> World<'a> {
    fn new(settings: &'a Settings) -> Self {
        let mut dice = Dice::of_seed(settings.seed);
        let mut queue = Queue::default();
        let end = Duration::try_from_secs_f64(settings.days * 86_400.0).unwrap_or_default();
        let end = Time::try_from(end.as_micros()).unwrap_or(Time::MAX);
        let mut world = Self {
            settings,
            now: 0,
            end,
            projects: Vec::new(),
            catalog: Vec::new(),
            traces: vec![Trace::default(); settings.projects],
            replicas: (0..REPLICAS).map(|_| Replica::new(wall_skew(&mut dice))).collect(),
            database: Database::default(),
            slow_commit: None,
            next_commit: None,
            locked_at: 0,
            ticks: 0,
            outcome: Outcome::default(),
            started: 0,
            around: VecDeque::new(),
            queue: Queue::default(),
            dice: Dice::of_seed(settings.seed),
        };
        for index in 0..settings.projects {
            let described = described(index);
            queue.push(project::first_start(&mut dice, end), Event::Start { project: index });
            world.projects.push(Project::new(index, described.slug.clone(), &mut dice));
            world.database.insert(described.id, EPOCH);
            world.catalog.push(described);
        }
        script::plan(&mut dice, &mut queue, end);
        queue.push(0, Event::Fault(Fault::Restart(ALL)));
        queue.push(0, Event::Tick);
        Self { dice, queue, ..world }
    }

    fn happen(&mut self, event: Event) -> Result<(), Box<Failure>> {
        match event {
            Event::Tick => {
                self.queue.push(self.now + TICK, Event::Tick);
                self.tick()
            }
            Event::Beat { project, run } => self.beat(project, run),
            Event::Start { project } => self.start(project),
            Event::Deliver { replicas, message } => self.deliver(&message, replicas),
            Event::Step { replica, step } => self.go_on(replica, step),
            Event::Fault(fault) => {
                self.outcome.faults += 1;
                self.note(format!("{fault:?}"));
                self.fault(fault)
            }
            Event::NoticeLink { replica } => self.notice_link(replica),
            Event::ReleaseLock => {
                if self.database.locked_by == Some(Holder::Nobody) {
                    self.unlock();
                }
                Ok(())
            }
        }
    }

    pub(crate) fn disturb(&mut self, replicas: u8) {
        for index in of_mask(replicas) {
            if let Some(replica) = self.replicas.get_mut(index) {
                replica.disturbed_at = self.now;
            }
        }
    }

    pub(crate) fn wall(&self) -> Timestamp {
        EPOCH + Duration::from_micros(self.now)
    }

    pub(crate) fn trace(&mut self, project: usize, happening: Happening) {
        if let Some(trace) = self.traces.get_mut(project) {
            trace.add(self.now, happening);
        }
    }

    pub(crate) fn note(&mut self, what: String) {
        if self.around.len() == AROUND_KEPT {
            self.around.pop_front();
        }
        self.around.push_back((self.now, what));
    }

    #[expect(
        clippy::unnecessary_box_returns,
        reason = "a result is passed up through every step; it is to be small"
    )]
    pub(crate) fn failure(
        &self,
        project: Option<usize>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Box<Failure> {
        let slug = project.and_then(|index| self.catalog.get(index));
        let trace = project.and_then(|index| self.traces.get(index));
        Box::new(Failure {
            at: self.now,
            project: slug.map(|it| it.slug.to_string()),
            expected: expected.into(),
            actual: actual.into(),
            happened: trace.map(Trace::to_vec).unwrap_or_default(),
            around: self.around.iter().cloned().collect(),
        })
    }
}

/// The replicas of a mask.
pub(crate) fn of_mask(replicas: u8) -> impl Iterator<Item = usize> {
    (0..REPLICAS).filter(move |index| replicas & (1 << index) != 0)
}

/// The place of a project among all of them.
pub(crate) fn index_of(id: ProjectId) -> usize {
    usize::try_from(id.uuid().as_u128()).unwrap_or(usize::MAX)
}

/// How far a replica's wall clock is off: as a good one, or as a bad one.
fn wall_skew(dice: &mut Dice) -> i64 {
    let most = if dice.chance(5_000) { 20 * MILLISECOND } else { SECOND };
    let off = i64::try_from(dice.between(0, most)).unwrap_or(0);
    if dice.chance(5_000) { off } else { -off }
}

fn described(index: usize) -> Described {
    let name = format!("project-{index}");
    let slug: Slug = name.parse().unwrap_or_else(|_| unreachable!("it is written as slugs are"));
    Described {
        id: ProjectId::from_uuid(Uuid::from_u128(index as u128)),
        hub_url: format!("http://{slug}.example:8080"),
        slug,
        name,
        tags: Vec::new(),
        owner: None,
        description: None,
        allow_fanout: Vec::new(),
        annotations: BTreeMap::new(),
        verify_key: None,
        source: Source::Api,
        orphaned: false,
        created_at: EPOCH,
        updated_at: EPOCH,
    }
}
