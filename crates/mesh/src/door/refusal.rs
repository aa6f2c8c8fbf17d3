//! Why a client is refused, in the words a NATS server has for it.

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Unknown Protocol Operation")]
    UnknownOperation,
    #[error("Parser Error")]
    Malformed,
    #[error("Maximum Control Line Exceeded")]
    LineTooLong,
    #[error("Maximum Payload Violation")]
    TooLarge,
    #[error("Authorization Violation")]
    Unauthorized,
    #[error("Authentication Timeout")]
    Hesitant,
    #[error("Stale Connection")]
    Stale,
    #[error("Slow Consumer")]
    Slow,
    #[error("maximum connections exceeded")]
    TooManyConnections,
    #[error("maximum subscriptions exceeded")]
    TooManySubscriptions,
    #[error("Invalid Publish Subject")]
    InvalidPublishSubject,
    #[error("Invalid Subject")]
    InvalidSubject,
    #[error("No Echo Not Supported")]
    NoEcho,
    #[error("Server Shutdown")]
    Closing,
    /// The cause is for the log.
    #[error("Internal Server Error")]
    Internal,
}

impl Refusal {
    /// Whether the client may go on.
    pub(super) fn is_forgiven(self) -> bool {
        matches!(
            self,
            Self::TooManySubscriptions
                | Self::InvalidPublishSubject
                | Self::InvalidSubject
                | Self::Internal
        )
    }
}
