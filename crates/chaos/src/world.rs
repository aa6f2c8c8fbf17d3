//! A run: everything there is, and the loop that lets it happen.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use platform::federation::project::{Project as Described, Source};
use uuid::Uuid;
use wire::{ProjectId, Slug, Timestamp};

use crate::Settings;
use crate::database::{Database, Holder, Row};
use crate::dice::Dice;
use crate::failure::{Failure, Happening, Trace};
use crate::project::{self, Message, Project, Turn};
use crate::queue::{Event, Queue};
use crate::replica::{EPOCH, Replica, Transaction};
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
    started: u64,
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

    fn start(&mut self, index: usize) -> Result<(), Box<Failure>> {
        let Some(project) = self.projects.get_mut(index) else { return Ok(()) };
        if !project.is_running {
            project.start(&mut self.dice);
            let instance = project.instance();
            self.trace(index, Happening::Started { instance });
            return self.beat_and_plan(index);
        }
        Ok(())
    }

    fn beat(&mut self, index: usize, run: u32) -> Result<(), Box<Failure>> {
        let is_current = |project: &Project| project.is_running && project.run == run;
        if self.projects.get(index).is_some_and(is_current) {
            return self.beat_and_plan(index);
        }
        Ok(())
    }

    fn beat_and_plan(&mut self, index: usize) -> Result<(), Box<Failure>> {
        let wall = self.wall();
        let Some(project) = self.projects.get_mut(index) else { return Ok(()) };
        let message = project.send(wall);
        let turn = project.turn(self.now, &mut self.dice);
        let run = project.run;
        self.publish(message)?;
        let next = self.now + Project::next_beat_in(&mut self.dice);
        match turn {
            Turn::GoesOn => self.queue.push(next, Event::Beat { project: index, run }),
            Turn::Hurries(soon) => {
                self.queue.push(self.now + soon, Event::Beat { project: index, run });
            }
            Turn::Crashes { back_in } => {
                self.trace(index, Happening::Crashed);
                self.stop(index, back_in);
            }
            Turn::Stops { back_in } => {
                self.say_goodbye(index)?;
                self.stop(index, back_in);
            }
            Turn::RollsOver => self.roll_over(index)?,
        }
        Ok(())
    }

    fn stop(&mut self, index: usize, back_in: Time) {
        if let Some(project) = self.projects.get_mut(index) {
            project.is_running = false;
        }
        self.queue.push(self.now + back_in, Event::Start { project: index });
    }

    fn say_goodbye(&mut self, index: usize) -> Result<(), Box<Failure>> {
        let wall = self.wall();
        let Some(project) = self.projects.get_mut(index) else { return Ok(()) };
        let message = project.say_goodbye(wall);
        self.trace(index, Happening::SaidGoodbye);
        self.publish(message)
    }

    /// The new instance beats, then the old one says goodbye.
    fn roll_over(&mut self, index: usize) -> Result<(), Box<Failure>> {
        let wall = self.wall();
        let Some(project) = self.projects.get_mut(index) else { return Ok(()) };
        let goodbye = project.say_goodbye(wall);
        project.is_running = false;
        let late = self.dice.between(10 * MILLISECOND, 5 * SECOND);
        self.start(index)?;
        self.trace(index, Happening::SaidGoodbye);
        let message = Box::new(goodbye);
        self.queue.push(self.now + late, Event::Deliver { replicas: ALL, message });
        Ok(())
    }

    fn publish(&mut self, message: Message) -> Result<(), Box<Failure>> {
        self.outcome.beats += 1;
        let Message { project: index, instance, seq, .. } = message;
        let Some(project) = self.projects.get(index) else { return Ok(()) };
        let way = project.way(self.now, &mut self.dice);
        self.trace(index, Happening::Sent { instance, seq });
        let replicas = ALL & !way.lost_to;
        if replicas == 0 {
            self.trace(index, Happening::Lost { seq });
            return Ok(());
        }
        if let Some(again_in) = way.again_in {
            let message = Box::new(message.clone());
            self.queue.push(self.now + again_in, Event::Deliver { replicas, message });
        }
        if way.late_by == 0 {
            return self.deliver(&message, replicas);
        }
        let message = Box::new(message);
        self.queue.push(self.now + way.late_by, Event::Deliver { replicas, message });
        Ok(())
    }

    fn fault(&mut self, fault: Fault) -> Result<(), Box<Failure>> {
        match fault {
            Fault::BusLost(replicas) => self.lose_bus(replicas),
            Fault::BusBack(replicas) => self.bring_bus_back(replicas),
            Fault::DatabaseLost(replicas, absence) => {
                self.database.count_absence(replicas, absence, true);
                self.disturb(replicas);
            }
            Fault::DatabaseBack(replicas, absence) => {
                self.database.count_absence(replicas, absence, false);
                self.disturb(replicas);
            }
            Fault::Crash(replicas) => return self.crash(replicas),
            Fault::Restart(replicas) => self.restart(replicas),
            Fault::SlowCommit(lasts) => self.slow_commit = Some(lasts),
            Fault::AnswerLost | Fault::CommitUndone => self.next_commit = Some(fault),
        }
        Ok(())
    }

    fn crash(&mut self, replicas: u8) -> Result<(), Box<Failure>> {
        self.disturb(replicas);
        for index in of_mask(replicas) {
            let Some(replica) = self.replicas.get_mut(index).filter(|it| it.is_up) else {
                continue;
            };
            replica.is_up = false;
            replica.step += 1;
            let transaction = std::mem::replace(&mut replica.transaction, Transaction::Idle);
            let Transaction::Open(begun, records) = transaction else { continue };
            if self.dice.chance(4_000) {
                self.store(index, &begun, &records)?;
                self.unlock();
            } else if self.database.locked_by == Some(Holder::Replica(index)) {
                // Rolled back when the server notices that nobody is there any more.
                self.database.locked_by = Some(Holder::Nobody);
                let noticed = self.now + self.dice.stretch(10 * MILLISECOND, 20 * SECOND);
                self.queue.push(noticed, Event::ReleaseLock);
            }
        }
        Ok(())
    }

    fn restart(&mut self, replicas: u8) {
        self.disturb(replicas);
        for index in of_mask(replicas) {
            if self.database.absence(index).is_some() {
                let again = Event::Fault(Fault::Restart(1 << index));
                self.queue.push(self.now + SECOND, again);
                continue;
            }
            let row = |it: &Described| Some((it.clone(), self.database.row(it.id)?.clone()));
            let rows: Vec<(Described, Row)> = self.catalog.iter().filter_map(row).collect();
            let Some(replica) = self.replicas.get_mut(index).filter(|it| !it.is_up) else {
                continue;
            };
            self.started += 1;
            let id = Uuid::from_u128(u128::from(self.started) << 64);
            replica.start(id, &rows, self.now, self.settings.mutation);
            let linked = self.now + self.dice.between(10 * MILLISECOND, 2 * SECOND);
            self.queue.push(linked, Event::NoticeLink { replica: index });
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
