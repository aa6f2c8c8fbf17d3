//! What is kept sealed of a repository.

use secrecy::SecretString;
use wire::RepositoryId;

use crate::ground::app::App;
use crate::ground::seal::SealingKey;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    /// `user:token`, as HTTP's basic authentication has it (RFC 7617).
    Credential,
    /// What a forge signs with.
    Webhook,
}

impl Secret {
    /// Bound to its repository: the row of another one cannot borrow it.
    fn purpose(self, id: RepositoryId) -> String {
        match self {
            Self::Credential => format!("repositories.credential {id}"),
            Self::Webhook => format!("repositories.webhook {id}"),
        }
    }

    pub(super) fn seal(
        self,
        app: &App,
        id: RepositoryId,
        secret: &SecretString,
    ) -> anyhow::Result<Vec<u8>> {
        key(app)?.seal(&self.purpose(id), secret)
    }

    pub(super) fn open(
        self,
        app: &App,
        id: RepositoryId,
        sealed: &[u8],
    ) -> anyhow::Result<SecretString> {
        key(app)?.open(&self.purpose(id), sealed)
    }
}

fn key(app: &App) -> anyhow::Result<SealingKey> {
    let configured = app.config.repositories.sealing_key_file.clone();
    let path = configured.unwrap_or_else(|| app.config.data.join("repositories.key"));
    SealingKey::load_or_create(&path)
}
