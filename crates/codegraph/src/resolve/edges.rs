//! What each file says of the others.

use wire::graph::{EdgeKind, NodeKind, Proof};

use super::{
    build::{Builder, Place},
    value::{SymbolId, Value},
    world::FileId,
};
use crate::{
    facts::{Contact, ContactKind, Import, Mention},
    path::UNKNOWN,
};

pub(super) fn all(builder: &mut Builder<'_, '_>) {
    for file in builder.world.ids() {
        let Some(facts) = builder.world.facts(file) else { continue };
        for import in &facts.imports {
            imports(builder, file, import);
        }
        for mention in &facts.mentions {
            names(builder, file, mention);
        }
        for contact in &facts.contacts {
            contacts(builder, file, contact);
        }
        for ghost in &facts.ghosts {
            let within = builder.within(file, ghost.scope);
            let task = builder.task(file, ghost);
            let place = Some(at(file, ghost.line));
            builder.push((within, task), EdgeKind::Contains, Proof::Place, place);
        }
        depends(builder, file);
    }
}

fn at(file: FileId, line: u32) -> Place {
    Place { file, lines: Some([line, line]) }
}

/// A file imports files and packages; a name that it takes from them is imported, too.
fn imports(builder: &mut Builder<'_, '_>, file: FileId, import: &Import) {
    let world = builder.world;
    let Some(own) = world.file(file) else { return };
    let facts = own.facts;
    let from = builder.file(file);
    let module = own.language.locate.module(world, file, facts.word(import.module));
    let item = import.item.and_then(|_| world.imported(file, import, 16));
    let targets = [module, item].into_iter().flatten();
    let nodes: Vec<_> = targets.filter_map(|value| node(builder, value)).collect();
    for to in nodes.iter().filter(|to| **to != from) {
        let place = Some(at(file, import.line));
        builder.push((from, *to), EdgeKind::Imports, Proof::Import, place);
    }
    let is_found = match (module, import.item) {
        (None | Some(Value::Namespace(_)), None) => module.is_some(),
        (_, Some(_)) => item.is_some(),
        (Some(_), None) => true,
    };
    if !is_found {
        let module = facts.word(import.module);
        let name = match import.item {
            Some(item) if module.ends_with('.') => format!("{module}{}", facts.word(item)),
            Some(item) => format!("{module}{}{}", own.language.separator, facts.word(item)),
            None => module.to_owned(),
        };
        builder.unresolved(from, EdgeKind::Imports, name, import.line);
    }
}

fn node(builder: &mut Builder<'_, '_>, value: Value) -> Option<u32> {
    match value {
        Value::Symbol(id) => builder.symbol(id),
        Value::Module(file) => Some(builder.file(file)),
        Value::Package(index) => builder.package(index),
        Value::Instance(_) | Value::Super(_) | Value::Namespace(_) | Value::Space(_) => None,
    }
}

fn names(builder: &mut Builder<'_, '_>, file: FileId, mention: &Mention) {
    let world = builder.world;
    let Some(facts) = world.facts(file) else { return };
    let from = builder.within(file, mention.scope);
    let found = world.named(file, mention);
    if let Some((Value::Symbol(id), proof)) = found.map(|found| (found.value, found.proof)) {
        let is_said = mention.kind == EdgeKind::Documents;
        let proof = if is_said { Proof::Mention } else { proof };
        link(builder, (from, id), proof, mention, file);
        return;
    }
    if let Some(Value::Module(to)) = found.map(|found| found.value)
        && mention.kind == EdgeKind::Documents
    {
        let to = builder.file(to);
        let place = Some(at(file, mention.line));
        return builder.push((from, to), EdgeKind::Documents, Proof::Mention, place);
    }
    if let Some(Value::Space(space)) = found.map(|found| found.value)
        && mention.kind == EdgeKind::DependsOn
    {
        for to in world.spaces.files(space) {
            let to = builder.file(*to);
            let place = Some(at(file, mention.line));
            builder.push((from, to), EdgeKind::DependsOn, Proof::Import, place);
        }
        return;
    }
    let is_wanted = mention.kind != EdgeKind::References && mention.kind != EdgeKind::Documents;
    if is_wanted && found.is_none_or(|found| matches!(found.value, Value::Package(_))) {
        let name = facts.word(mention.name);
        let name = match mention.receiver.map(|receiver| facts.word(receiver)) {
            Some(UNKNOWN) => format!("….{name}"),
            Some(receiver) => format!("{receiver}.{name}"),
            None => name.to_owned(),
        };
        builder.unresolved(from, mention.kind, name, mention.line);
    }
}

fn link(
    builder: &mut Builder<'_, '_>,
    (from, to): (u32, SymbolId),
    proof: Proof,
    mention: &Mention,
    file: FileId,
) {
    let Some(to) = builder.symbol(to) else { return };
    let language = builder.world.file(file).map(|own| own.language);
    let is_called_by_name = language.is_some_and(|language| language.locate.is_called_by_name());
    let kind = match (mention.kind, builder.kind(to)) {
        // What builds on an interface implements it.
        (EdgeKind::Extends, NodeKind::Interface) if builder.kind(from) == NodeKind::Class => {
            EdgeKind::Implements
        }
        (EdgeKind::References, NodeKind::Function | NodeKind::Method) if is_called_by_name => {
            EdgeKind::Calls
        }
        (kind, _) => kind,
    };
    let is_itself = from == to && kind != EdgeKind::Calls;
    if is_itself {
        return;
    }
    let place = Some(at(file, mention.line));
    builder.push((from, to), kind, proof, place);
    if kind == EdgeKind::Calls && builder.kind(from) == NodeKind::Test {
        builder.push((from, to), EdgeKind::Tests, proof, place);
    }
}

fn contacts(builder: &mut Builder<'_, '_>, file: FileId, contact: &Contact) {
    let Some(facts) = builder.world.facts(file) else { return };
    let from = builder.within(file, contact.scope);
    let to = builder.contact(contact.kind, facts.word(contact.name));
    let kind = if contact.is_provided { EdgeKind::Provides } else { EdgeKind::Consumes };
    let proof = match contact.kind {
        ContactKind::Endpoint => Proof::Route,
        ContactKind::Subject => Proof::Subject,
        ContactKind::Table => Proof::Schema,
    };
    builder.push((from, to), kind, proof, Some(at(file, contact.line)));
}

/// The folder of a manifest depends on packages of registries, and on folders of this tree.
fn depends(builder: &mut Builder<'_, '_>, file: FileId) {
    let world = builder.world;
    let Some(manifest) = world.facts(file).and_then(|facts| facts.manifest.as_ref()) else {
        return;
    };
    let from = builder.folder_of(file);
    if let Some(name) = &manifest.name {
        let package = builder.own_package(manifest.ecosystem, name);
        let place = Some(Place { file, lines: None });
        builder.push((from, package), EdgeKind::Provides, Proof::Manifest, place);
    }
    for dependency in &manifest.dependencies {
        let own = world.packages.own(manifest.ecosystem, &dependency.package);
        let to = if let Some(own) = own {
            Some(builder.folder_of(own))
        } else {
            let external = world.packages.external(manifest.ecosystem, &dependency.package);
            external.and_then(|index| builder.package(index))
        };
        if let Some(to) = to.filter(|to| *to != from) {
            let place = Some(at(file, dependency.line));
            builder.push((from, to), EdgeKind::DependsOn, Proof::Manifest, place);
        }
    }
}
