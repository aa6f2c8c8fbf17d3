//! Wrong rules, to prove that the oracle notices them.

/// A way to be wrong. A run of the simulation has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    OfflineTooSoon,
    OfflineTooLate,
    /// Its deadlines are looked at every five seconds only.
    LazyDeadlines,
    /// Nobody gets a threshold of grace after the mesh came back.
    NoGraceAfterReconnect,
    /// Everyone starts as if silent for long.
    NoGraceAfterRestart,
    /// The lease is always thought to be held.
    LeaseIgnored,
    /// What is recorded is not read again when the lease comes back.
    LeaseNotReadAgain,
    /// A message that does not advance counts.
    ReplayAccepted,
    GoodbyeIgnored,
    SkewIgnored,
    /// What could not be committed is taken as recorded.
    LostCommitsForgotten,
}

impl Mutation {
    pub const ALL: [Self; 11] = [
        Self::OfflineTooSoon,
        Self::OfflineTooLate,
        Self::LazyDeadlines,
        Self::NoGraceAfterReconnect,
        Self::NoGraceAfterRestart,
        Self::LeaseIgnored,
        Self::LeaseNotReadAgain,
        Self::ReplayAccepted,
        Self::GoodbyeIgnored,
        Self::SkewIgnored,
        Self::LostCommitsForgotten,
    ];
}
