use std::io::{self, Read, Write};

use rustix::{
    process::{Resource, Rlimit, getrlimit, setrlimit},
    time::{ClockId, clock_gettime},
};

use super::{ReadDocument, Settings};
use crate::{
    chunk::{Budget, split},
    extract::{ExtractError, extract},
};

/// The child's side: reads documents from `input` and writes them, as text and chunks, to `output`
/// until `input` ends. Limits the memory of the whole process first, its processor time per
/// document, and leaves no core dumps, which would hold strangers' text. `count` is as in [`Budget::count`].
///
/// # Errors
/// When a stream breaks or the limits cannot be set; the process should then end.
pub fn serve(
    mut input: impl Read,
    mut output: impl Write,
    count: &dyn Fn(&str) -> usize,
) -> io::Result<()> {
    let Some(settings) = read_frame(&mut input)? else { return Ok(()) };
    let settings: Settings = serde_json::from_slice(&settings)?;
    limit(Resource::As, settings.memory_bytes)?;
    limit(Resource::Core, 0)?;
    let budget = Budget { tokens: settings.tokens, overlap: settings.overlap, count };
    while let Some(path) = read_frame(&mut input)? {
        let bytes = read_frame(&mut input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        limit_cpu(settings.cpu_seconds)?;
        let answer = serde_json::to_vec(&read(&String::from_utf8_lossy(&path), &bytes, &budget))?;
        output.write_all(&(answer.len() as u64).to_le_bytes())?;
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}

fn read(path: &str, bytes: &[u8], budget: &Budget<'_>) -> Result<ReadDocument, ExtractError> {
    let extracted = extract(path, bytes)?;
    let chunks = split(&extracted, budget);
    Ok(ReadDocument { extracted, chunks })
}

/// Lowers a limit of this process for good; one that is lower already stays.
fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let set = getrlimit(resource);
    let lowest = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
    Ok(setrlimit(resource, Rlimit { current: lowest(set.current), maximum: lowest(set.maximum) })?)
}

/// Lets this process use so much more processor time before the system ends it.
fn limit_cpu(seconds: u64) -> io::Result<()> {
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    let maximum = getrlimit(Resource::Cpu).maximum;
    let most = used.saturating_add(seconds);
    let current = Some(maximum.map_or(most, |maximum| maximum.min(most)));
    Ok(setrlimit(Resource::Cpu, Rlimit { current, maximum })?)
}

/// One frame; `None` if the stream ended before it.
fn read_frame(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u64::from_le_bytes(length);
    let mut frame = Vec::new();
    // Memory is taken as the bytes come, not as their number is announced.
    input.take(length).read_to_end(&mut frame)?;
    if frame.len() as u64 == length {
        Ok(Some(frame))
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
