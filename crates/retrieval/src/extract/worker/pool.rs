use std::{
    io,
    process::Stdio,
    sync::{Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout},
    sync::Semaphore,
    time::timeout,
};

use super::{Command, Limits, ReadDocument, Settings, WorkerError};
use crate::extract::ExtractError;

/// Children that read documents, started when they are needed and kept for the next document.
/// Dropping the pool, or a future of [`Pool::read`], ends the children it holds.
pub struct Pool {
    command: Command,
    limits: Limits,
    settings: Settings,
    idle: Mutex<Vec<Worker>>,
    free: Semaphore,
}

impl Pool {
    /// `tokens` and `overlap` are as in [`crate::chunk::Budget`].
    pub fn new(command: Command, limits: Limits, tokens: usize, overlap: usize) -> Self {
        let settings = Settings {
            memory_bytes: limits.memory_bytes,
            cpu_seconds: limits.time.as_secs() + 1,
            tokens,
            overlap,
        };
        Self {
            command,
            limits,
            settings,
            idle: Mutex::default(),
            free: Semaphore::new(limits.children.max(1)),
        }
    }

    /// Reads one file into text and chunks, in a child. Waits for a child to be free; the time
    /// limit runs from then on.
    ///
    /// # Errors
    /// When the file cannot be read within the limits; the pool goes on with a fresh child.
    pub async fn read(&self, path: &str, bytes: &[u8]) -> Result<ReadDocument, WorkerError> {
        let size = bytes.len() as u64;
        if size > self.limits.input_bytes {
            return Err(WorkerError::TooLarge { bytes: size, limit: self.limits.input_bytes });
        }
        let _free = self.free.acquire().await.map_err(|_| WorkerError::Died)?;
        let reading = async {
            let mut worker = self.worker().await?;
            let answer = worker.read(path, bytes, self.limits.answer_bytes).await?;
            self.idle().push(worker);
            Ok(answer?)
        };
        timeout(self.limits.time, reading)
            .await
            .unwrap_or(Err(WorkerError::TooSlow(self.limits.time)))
    }

    /// A waiting child that is still alive, else a new one.
    async fn worker(&self) -> Result<Worker, WorkerError> {
        while let Some(mut worker) = self.take_idle() {
            if matches!(worker.child.try_wait(), Ok(None)) {
                return Ok(worker);
            }
        }
        Worker::start(&self.command, &self.settings).await
    }

    fn take_idle(&self) -> Option<Worker> {
        self.idle().pop()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One child; killed when dropped, and dropped whenever a document fails in it.
struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Worker {
    async fn start(command: &Command, settings: &Settings) -> Result<Self, WorkerError> {
        let failed = |source| WorkerError::Start { program: command.program.clone(), source };
        let mut child = tokio::process::Command::new(&command.program)
            .args(&command.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed(io::ErrorKind::BrokenPipe.into()));
        };
        let mut worker = Self { child, input, output };
        let settings = serde_json::to_vec(settings).map_err(|error| failed(error.into()))?;
        worker.write_frame(&settings).await.map_err(failed)?;
        Ok(worker)
    }

    /// The child's answer: the document, or why it is none. Any other error leaves the child in an
    /// unknown state.
    async fn read(
        &mut self,
        path: &str,
        bytes: &[u8],
        limit: u64,
    ) -> Result<Result<ReadDocument, ExtractError>, WorkerError> {
        let died = |_| WorkerError::Died;
        self.write_frame(path.as_bytes()).await.map_err(died)?;
        self.write_frame(bytes).await.map_err(died)?;
        let length = self.output.read_u64_le().await.map_err(died)?;
        if length > limit {
            return Err(WorkerError::AnswerTooLarge { limit });
        }
        let mut answer = Vec::new();
        (&mut self.output).take(length).read_to_end(&mut answer).await.map_err(died)?;
        serde_json::from_slice(&answer).map_err(|_| WorkerError::Died)
    }

    async fn write_frame(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.input.write_all(&(bytes.len() as u64).to_le_bytes()).await?;
        self.input.write_all(bytes).await?;
        self.input.flush().await
    }
}
