//! Lets the projects live: they start, beat, say goodbye, die; the bus does to each message what it
//! does.

use crate::failure::{Failure, Happening};
use crate::project::{Message, Project, Turn};
use crate::queue::Event;
use crate::script::ALL;
use crate::time::{MILLISECOND, SECOND, Time};
use crate::world::World;

impl World<'_> {
    pub(crate) fn start(&mut self, index: usize) -> Result<(), Box<Failure>> {
        let Some(project) = self.projects.get_mut(index) else { return Ok(()) };
        if !project.is_running {
            project.start(&mut self.dice);
            let instance = project.instance();
            self.trace(index, Happening::Started { instance });
            return self.beat_and_plan(index);
        }
        Ok(())
    }

    pub(crate) fn beat(&mut self, index: usize, run: u32) -> Result<(), Box<Failure>> {
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
}
