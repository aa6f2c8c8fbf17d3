//! What is told of the instances that this hub runs.

use std::ops::RangeInclusive;

use super::read::Reader;

/// The instances that this hub runs.
#[derive(Debug, Clone)]
pub struct Instances {
    pub allow_commands: bool,
    pub ports: RangeInclusive<u16>,
    pub log_size: u64,
    pub log_files: u32,
    pub docker_host: Option<String>,
    pub docker_image: Option<String>,
    pub docker_pull: bool,
}

pub(super) fn read_instances(reader: &mut Reader<'_>) -> Instances {
    let (first, last) =
        (reader.positive("instances.first_port"), reader.positive("instances.last_port"));
    // One that could not be read is reported as that alone.
    if first > last && last > 0 {
        reader.refuse("instances.last_port", "must not be below instances.first_port");
    }
    let docker_host = reader.optional_text("instances.docker_host");
    let is_known =
        |host: &str| ["unix://", "tcp://", "http://"].iter().any(|it| host.starts_with(it));
    if docker_host.as_deref().is_some_and(|host| !is_known(host)) {
        reader.refuse("instances.docker_host", "must begin with unix://, tcp:// or http://");
    }
    Instances {
        allow_commands: reader.boolean("instances.allow_commands"),
        ports: first..=last,
        log_size: reader.positive("instances.log_size"),
        log_files: reader.positive("instances.log_files"),
        docker_host,
        docker_image: reader.optional_text("instances.docker_image"),
        docker_pull: reader.boolean("instances.docker_pull"),
    }
}
