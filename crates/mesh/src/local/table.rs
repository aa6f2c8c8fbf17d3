//! Who listens to what: a trie of pattern tokens, so that finding the listeners of a subject
//! costs its number of tokens and not the number of subscriptions.

use std::collections::HashMap;
use std::str::Split;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::{Message, Pattern};

/// Where a listener's messages go.
pub(crate) trait Recipient: Send + Sync {
    /// Whether it was taken. Never waits.
    fn offer(&self, message: &Message) -> bool;

    /// Nothing more will come.
    fn close(&self);
}

#[derive(Default)]
pub(super) struct Table {
    next_id: AtomicU64,
    /// Read without the lock: with nobody listening, publishing ends here.
    listeners: AtomicUsize,
    root: RwLock<Root>,
}

#[derive(Default)]
struct Root {
    node: Node,
    groups: HashMap<Arc<str>, Group>,
}

/// The listeners of one queue.
#[derive(Default)]
struct Group {
    members: usize,
    /// How often it was served, for taking turns.
    served: AtomicUsize,
}

/// What one listener occupies.
pub(super) struct Place {
    id: u64,
    pattern: Pattern,
    queue: Option<Arc<str>>,
}

#[derive(Default)]
struct Node {
    children: HashMap<Box<str>, Node>,
    /// Behind `*`.
    any: Option<Box<Node>>,
    /// The pattern ends here.
    here: Vec<Listener>,
    /// The pattern ends here with `>`.
    rest: Vec<Listener>,
}

struct Listener {
    id: u64,
    queue: Option<Arc<str>>,
    recipient: Arc<dyn Recipient>,
}

impl Table {
    pub(super) fn insert(
        &self,
        pattern: Pattern,
        queue: Option<&str>,
        recipient: Arc<dyn Recipient>,
    ) -> Place {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let mut root = self.root.write().unwrap_or_else(PoisonError::into_inner);
        let queue = queue.map(Arc::<str>::from);
        if let Some(queue) = &queue {
            root.groups.entry(Arc::clone(queue)).or_default().members += 1;
        }
        let listener = Listener { id, queue: queue.clone(), recipient };
        root.node.slot(pattern.as_str().split('.')).push(listener);
        self.listeners.fetch_add(1, Ordering::Release);
        Place { id, pattern, queue }
    }

    pub(super) fn remove(&self, place: &Place) {
        let mut root = self.root.write().unwrap_or_else(PoisonError::into_inner);
        root.node.remove(place.pattern.as_str().split('.'), place.id);
        if let Some(queue) = &place.queue
            && let Some(group) = root.groups.get_mut(queue)
        {
            group.members -= 1;
            if group.members == 0 {
                root.groups.remove(queue);
            }
        }
        self.listeners.fetch_sub(1, Ordering::Release);
    }

    /// How many got it. Of the members of a queue group one does, each in its turn; as in NATS a
    /// group is its name, whatever patterns its members chose.
    pub(super) fn deliver(&self, message: &Message) -> usize {
        if self.listeners.load(Ordering::Acquire) == 0 {
            return 0;
        }
        let root = self.root.read().unwrap_or_else(PoisonError::into_inner);
        let mut delivered = 0;
        let mut groups: Vec<(&Arc<str>, Vec<&dyn Recipient>)> = Vec::new();
        root.node.visit(message.subject.as_str().split('.'), &mut |listener| {
            let Some(queue) = &listener.queue else {
                delivered += usize::from(listener.recipient.offer(message));
                return;
            };
            match groups.iter_mut().find(|(name, _)| *name == queue) {
                Some((_, members)) => members.push(&*listener.recipient),
                None => groups.push((queue, vec![&*listener.recipient])),
            }
        });
        for (queue, members) in groups {
            let served = |it: &Group| it.served.fetch_add(1, Ordering::Relaxed);
            let turn = root.groups.get(queue).map_or(0, served) % members.len();
            let (later, first) = members.split_at(turn);
            let taken = first.iter().chain(later).any(|member| member.offer(message));
            delivered += usize::from(taken);
        }
        delivered
    }

    pub(super) fn close(&self) {
        self.root.read().unwrap_or_else(PoisonError::into_inner).node.close();
    }
}

impl Node {
    /// Where a listener of the pattern stands.
    fn slot(&mut self, mut tokens: Split<'_, char>) -> &mut Vec<Listener> {
        match tokens.next() {
            None => &mut self.here,
            Some(">") => &mut self.rest,
            Some("*") => self.any.get_or_insert_default().slot(tokens),
            Some(token) => self.children.entry(token.into()).or_default().slot(tokens),
        }
    }

    /// Removes the nodes that nobody needs any more, too: inboxes come and go.
    fn remove(&mut self, mut tokens: Split<'_, char>, id: u64) {
        match tokens.next() {
            None => self.here.retain(|listener| listener.id != id),
            Some(">") => self.rest.retain(|listener| listener.id != id),
            Some("*") => {
                self.any = self.any.take().and_then(|mut node| {
                    node.remove(tokens, id);
                    (!node.is_empty()).then_some(node)
                });
            }
            Some(token) => {
                let Some(node) = self.children.get_mut(token) else { return };
                node.remove(tokens, id);
                if node.is_empty() {
                    self.children.remove(token);
                }
            }
        }
    }

    fn visit<'a>(&'a self, mut tokens: Split<'_, char>, found: &mut impl FnMut(&'a Listener)) {
        let Some(token) = tokens.next() else {
            return self.here.iter().for_each(found);
        };
        self.rest.iter().for_each(&mut *found);
        if let Some(node) = self.children.get(token) {
            node.visit(tokens.clone(), found);
        }
        if let Some(node) = &self.any {
            node.visit(tokens, found);
        }
    }

    fn close(&self) {
        self.here.iter().chain(&self.rest).for_each(|listener| listener.recipient.close());
        self.children.values().chain(self.any.as_deref()).for_each(Self::close);
    }

    fn is_empty(&self) -> bool {
        self.children.is_empty()
            && self.any.is_none()
            && self.here.is_empty()
            && self.rest.is_empty()
    }
}
