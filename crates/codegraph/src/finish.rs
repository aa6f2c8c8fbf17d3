//! From places to scopes: one sweep over the text in its order.

use std::{cmp::Reverse, collections::HashSet};

use wire::graph::{EdgeKind, NodeKind};

use crate::{
    comments::{self, Above},
    draft::{Declaration, Draft, Given, Mark, MarkKind, NewImport, Region, RegionKind},
    facts::{
        Binding, Contact, ContactKind, Facts, Hint, Import, Mention, Scope, ScopeKind, Symbol, Word,
    },
    languages::Declared,
    path,
};

/// So many names back is looked for what a statement declares; it takes that long for each table.
const MOST_BOUND: usize = 64;

/// Files with more keys are lists of something, which nobody reads as a document.
const MOST_SECTIONS: usize = 2_000;

impl Draft<'_> {
    /// The facts of the file, whatever the order in which things were found.
    pub(crate) fn finish(mut self) -> Facts {
        let mut regions = std::mem::take(&mut self.regions);
        let mut marks = std::mem::take(&mut self.marks);
        regions.sort_by_key(|region| (region.start, Reverse(region.end), region.order()));
        regions.dedup_by(|later, earlier| earlier.is_same(later));
        let mut sections_left = MOST_SECTIONS;
        regions.retain(|region| {
            sections_left = sections_left.saturating_sub(usize::from(region.is_section()));
            sections_left > 0 || !region.is_section()
        });
        let functions: HashSet<u32> = regions.iter().filter_map(Region::function_name).collect();
        marks.retain(|mark| !(mark.is_value() && functions.contains(&mark.start)));
        marks.sort_by_key(|mark| (mark.start, Reverse(mark.end)));
        self.facts.scopes.push(Scope {
            kind: ScopeKind::File,
            parent: None,
            symbol: None,
            owner: None,
        });
        let mut sweep = Sweep {
            draft: self,
            open: Vec::new(),
            above: Above::default(),
            section: None,
            not_understood: Vec::new(),
        };
        let mut regions = regions.into_iter().peekable();
        for mark in marks {
            while let Some(region) = regions.next_if(|region| region.start <= mark.start) {
                sweep.open(&region);
            }
            sweep.mark(&mark);
        }
        for region in regions {
            sweep.open(&region);
        }
        let mut facts = sweep.draft.facts;
        facts.not_understood(&sweep.not_understood);
        facts.words.seal();
        facts
    }
}

impl Region<'_> {
    /// A declaration comes before the block that it is, and a function before the constant.
    fn order(&self) -> u8 {
        match &self.what {
            RegionKind::Declaration(declaration) => {
                let beside = [declaration.owner, declaration.returns, declaration.visibility];
                let missing = beside.iter().map(|word| u8::from(word.is_none())).sum::<u8>();
                u8::from(body_kind(declaration.kind).is_none()) * 4 + missing
            }
            RegionKind::Container { .. } => 8,
            RegionKind::Block => 9,
        }
    }

    fn is_section(&self) -> bool {
        matches!(&self.what, RegionKind::Declaration(one) if matches!(one.kind, NodeKind::Section | NodeKind::Service))
    }

    /// Where the name of a function stands, which says more than that the name has a value.
    fn function_name(&self) -> Option<u32> {
        match &self.what {
            RegionKind::Declaration(declaration) => {
                let is_function = body_kind(declaration.kind) == Some(ScopeKind::Function);
                is_function.then_some(declaration.name_start)
            }
            _ => None,
        }
    }

    /// Patterns with something optional match with and without it: the fuller comes first.
    fn is_same(&self, other: &Self) -> bool {
        let is_same_kind = match (&self.what, &other.what) {
            (RegionKind::Declaration(one), RegionKind::Declaration(two)) => {
                one.name_start == two.name_start
            }
            (RegionKind::Container { .. }, RegionKind::Container { .. })
            | (RegionKind::Block, RegionKind::Block) => true,
            _ => false,
        };
        is_same_kind && self.start == other.start && self.end == other.end
    }
}

impl Mark<'_> {
    fn is_value(&self) -> bool {
        matches!(self.what, MarkKind::Local { .. } | MarkKind::Member { receiver: None, .. })
    }
}

struct Sweep<'a> {
    draft: Draft<'a>,
    /// The end of each open scope, and its number.
    open: Vec<(u32, u32)>,
    above: Above<'a>,
    /// The scope whose visibility was set last, and to what.
    section: Option<(u32, &'a str)>,
    /// Lines.
    not_understood: Vec<u32>,
}

impl<'a> Sweep<'a> {
    fn scope_at(&mut self, place: u32) -> u32 {
        while self.open.last().is_some_and(|(end, _)| *end <= place) {
            self.open.pop();
        }
        self.open.last().map_or(0, |(_, scope)| *scope)
    }

    fn open(&mut self, region: &Region<'a>) {
        let parent = self.scope_at(region.start);
        let scope = match &region.what {
            RegionKind::Declaration(declaration) => {
                match self.declare(region, declaration, parent) {
                    Some(scope) => scope,
                    None => return,
                }
            }
            RegionKind::Container { owner } => {
                let owner = self.type_path(owner);
                self.push_scope(ScopeKind::Class, parent, None, owner)
            }
            RegionKind::Block => self.push_scope(ScopeKind::Block, parent, None, None),
        };
        self.open.push((region.end, scope));
    }

    /// The scope of its body, if it has one.
    fn declare(
        &mut self,
        region: &Region<'a>,
        declaration: &Declaration<'a>,
        outer: u32,
    ) -> Option<u32> {
        let owner = declaration.owner.and_then(|owner| self.type_path(owner));
        let outer = match owner {
            Some(_) => self.push_scope(ScopeKind::Class, outer, None, owner),
            None => outer,
        };
        let lead = comments::lead(self.draft.text, region.start, declaration.name_start);
        let is_member = self
            .draft
            .facts
            .scope(outer)
            .is_some_and(|scope| scope.kind == ScopeKind::Class && self.is_type(scope));
        let kind = match declaration.kind {
            NodeKind::Function if is_member => NodeKind::Method,
            kind => kind,
        };
        let declared = Declared {
            path: self.draft.path,
            name: &declaration.name,
            kind,
            modifiers: lead.modifiers,
        };
        let kind = (self.draft.language.kind)(&declared);
        let section = self.section.filter(|(scope, _)| *scope == outer).map(|(_, word)| word);
        let modifiers = declaration.visibility.or(section).unwrap_or(lead.modifiers);
        let visibility = (self.draft.language.visibility)(&declaration.name, modifiers);
        let returns = declaration.returns.and_then(|returns| self.type_path(returns));
        let index = u32::try_from(self.draft.facts.symbols.len()).unwrap_or(u32::MAX);
        let body = body_kind(kind).map(|body| self.push_scope(body, outer, Some(index), None));
        let doc = self.above.doc_before(lead.first_line(region.lines[0]));
        let name = self.draft.facts.words.intern(&declaration.name);
        self.draft.facts.symbols.push(Symbol {
            name,
            kind,
            scope: outer,
            body,
            lines: region.lines,
            span: [region.start, region.end],
            signature: comments::signature(self.draft.text, region.start, region.end).into(),
            visibility: visibility.map(Into::into),
            doc,
            returns,
        });
        body
    }

    /// Members of a module are functions, not methods.
    fn is_type(&self, scope: &Scope) -> bool {
        let symbol = scope.symbol.and_then(|symbol| self.draft.facts.symbol(symbol));
        symbol.is_none_or(|symbol| symbol.kind != NodeKind::Module)
    }

    fn mark(&mut self, mark: &Mark<'a>) {
        let scope = self.scope_at(mark.start);
        let line = mark.line;
        match &mark.what {
            MarkKind::Mention { kind, name, receiver } => {
                let receiver = receiver.map(|receiver| self.word(&path::of_value(receiver)));
                self.mention(*kind, (receiver, name), (scope, line));
            }
            MarkKind::Link { kind, name } => self.mention(*kind, (None, name), (scope, line)),
            MarkKind::Base { kind } => {
                let base = path::of_type(self.draft.slice(mark.start, mark.end));
                let (receiver, name) = path::split(&base);
                let receiver = receiver.map(|receiver| self.word(receiver));
                let name = name.to_owned();
                self.mention(*kind, (receiver, &name), (scope, line));
            }
            MarkKind::Local { name, hint } => self.bind(name, scope, *hint, scope),
            MarkKind::Shown { name, hint } => self.bind(name, 0, *hint, 0),
            MarkKind::Member { name, receiver, hint } => {
                if let Some(class) = self.class_of(scope, *receiver) {
                    self.bind(name, class, *hint, scope);
                }
            }
            MarkKind::Argument { name, callee, place } => {
                self.argument(name, (callee, *place), scope);
            }
            MarkKind::Takes { place, of } => {
                let function = self.function_of(scope);
                self.bind(&path::argument(*place), function, Some(Given::Type(of)), scope);
            }
            MarkKind::Import(import) => self.import(import.module, import, scope, line),
            MarkKind::ImportFrom(module, import) => self.import(module, import, scope, line),
            MarkKind::Section => {
                self.section = Some((scope, self.draft.slice(mark.start, mark.end)));
            }
            MarkKind::Comment => {
                let text = self.draft.slice(mark.start, mark.end);
                self.above.comment(text, line);
                self.draft.facts.ghosts.extend(comments::ghosts(text, line, scope));
            }
            MarkKind::Doc => self.document(scope, mark),
            MarkKind::Contact { kind, name, is_provided } => {
                let name = self.word(name);
                if *kind == ContactKind::Table && !is_provided && self.is_bound(name, scope) {
                    return;
                }
                let contact = Contact { kind: *kind, name, is_provided: *is_provided, scope, line };
                self.draft.facts.contacts.push(contact);
            }
            MarkKind::Error => {
                self.not_understood.push(line);
            }
        }
    }

    fn import(&mut self, module: &str, import: &NewImport<'_>, scope: u32, line: u32) {
        let import = Import {
            module: self.word(module),
            item: import.item.map(|item| self.word(item)),
            local: import.local.map(|local| self.word(local)),
            is_wildcard: import.is_wildcard,
            is_exported: import.is_exported,
            scope,
            line,
        };
        self.draft.facts.imports.push(import);
    }

    fn mention(
        &mut self,
        kind: EdgeKind,
        (receiver, name): (Option<Word>, &str),
        (scope, line): (u32, u32),
    ) {
        let name = self.word(name);
        self.draft.facts.mentions.push(Mention { kind, name, receiver, scope, line });
    }

    fn bind(&mut self, name: &str, scope: u32, given: Option<Given<'_>>, hint_scope: u32) {
        let name = self.word(name);
        let hint = given.and_then(|given| self.hint(given));
        self.draft.facts.bindings.push(Binding { name, scope, hint, hint_scope });
    }

    fn argument(&mut self, name: &str, (callee, place): (&str, [usize; 2]), scope: u32) {
        let callee = path::of_value(callee);
        if callee != path::UNKNOWN {
            let value = self.word(&format!("{callee}.{}", path::argument(place)));
            let (name, hint) = (self.word(name), Some(Hint::Value(value)));
            self.draft.facts.bindings.push(Binding { name, scope, hint, hint_scope: scope });
        }
    }

    /// The scope of the declaration around.
    fn function_of(&self, scope: u32) -> u32 {
        let facts = &self.draft.facts;
        let mut scopes = std::iter::successors(Some(scope), |scope| facts.scope(*scope)?.parent);
        let is_declared = |scope: &u32| facts.scope(*scope).is_some_and(|one| one.symbol.is_some());
        scopes.find(is_declared).unwrap_or(scope)
    }

    /// Whether the last statements give the name to something of their own: `WITH late AS (…)`.
    fn is_bound(&self, name: Word, scope: u32) -> bool {
        let facts = &self.draft.facts;
        let mut scopes = std::iter::successors(Some(scope), |scope| facts.scope(*scope)?.parent);
        let mut last = facts.bindings.iter().rev().take(MOST_BOUND);
        last.any(|binding| binding.name == name && scopes.any(|scope| scope == binding.scope))
    }

    fn hint(&mut self, given: Given<'_>) -> Option<Hint> {
        let path = match given {
            Given::Type(text) => path::of_type(text),
            Given::Value(text) => path::of_value(text),
        };
        if path == path::UNKNOWN {
            return None;
        }
        let path = self.word(&path);
        Some(match given {
            Given::Type(_) => Hint::Type(path),
            Given::Value(_) => Hint::Value(path),
        })
    }

    /// The class around a scope, if the receiver is how a method names its instance.
    fn class_of(&self, mut scope: u32, receiver: Option<&str>) -> Option<u32> {
        let names = self.draft.language.instance_names;
        if receiver.is_some_and(|receiver| !names.contains(&receiver)) {
            return None;
        }
        loop {
            let found = self.draft.facts.scope(scope)?;
            if found.kind == ScopeKind::Class {
                return Some(scope);
            }
            scope = found.parent?;
        }
    }

    fn document(&mut self, scope: u32, mark: &Mark<'a>) {
        let doc = comments::plain(self.draft.slice(mark.start, mark.end));
        let facts = &mut self.draft.facts;
        match facts.scope(scope).and_then(|scope| scope.symbol) {
            Some(symbol) => {
                if let Some(symbol) = facts.symbols.get_mut(symbol as usize) {
                    symbol.doc = Some(doc);
                }
            }
            None => facts.doc = Some(doc),
        }
    }

    fn type_path(&mut self, text: &str) -> Option<Word> {
        let path = path::of_type(text);
        (path != path::UNKNOWN).then(|| self.word(&path))
    }

    fn word(&mut self, text: &str) -> Word {
        self.draft.facts.words.intern(text)
    }

    fn push_scope(
        &mut self,
        kind: ScopeKind,
        parent: u32,
        symbol: Option<u32>,
        owner: Option<Word>,
    ) -> u32 {
        let scopes = &mut self.draft.facts.scopes;
        scopes.push(Scope { kind, parent: Some(parent), symbol, owner });
        u32::try_from(scopes.len() - 1).unwrap_or(u32::MAX)
    }
}

fn body_kind(kind: NodeKind) -> Option<ScopeKind> {
    match kind {
        NodeKind::Module | NodeKind::Class | NodeKind::Interface | NodeKind::Enum => {
            Some(ScopeKind::Class)
        }
        NodeKind::Function | NodeKind::Method | NodeKind::Test => Some(ScopeKind::Function),
        NodeKind::Document | NodeKind::Section | NodeKind::Service => Some(ScopeKind::Block),
        _ => None,
    }
}
