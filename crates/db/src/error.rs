//! What can go wrong below the query.

use std::path::PathBuf;

use wire::TenantId;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database failed")]
    Sqlx(#[from] sqlx::Error),
    #[error("a migration failed")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("cannot use the data folder {path}")]
    Folder {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(
        "the PostgreSQL role {role:?} may bypass row level security; connect as a role without \
         SUPERUSER and BYPASSRLS"
    )]
    RoleBypassesWall { role: String },
    #[error("the tenant {0} has no database")]
    NoSuchTenant(TenantId),
}

impl Error {
    /// Whether the database could not be reached, or is on its way up or down; the same may work
    /// a little later.
    pub fn is_away(&self) -> bool {
        use sqlx::Error as Sqlx;
        match self {
            Self::Sqlx(Sqlx::Database(error)) => error.code().is_some_and(|code| is_passing(&code)),
            Self::Sqlx(error) => matches!(
                error,
                Sqlx::Io(_)
                    | Sqlx::Tls(_)
                    | Sqlx::Protocol(_)
                    | Sqlx::PoolTimedOut
                    | Sqlx::PoolClosed
                    | Sqlx::WorkerCrashed
                    | Sqlx::BeginFailed
            ),
            Self::Migrate(_)
            | Self::Folder { .. }
            | Self::RoleBypassesWall { .. }
            | Self::NoSuchTenant(_) => false,
        }
    }
}

/// PostgreSQL's classes of connection exceptions, insufficient resources and operator
/// intervention (appendix A of its manual).
fn is_passing(code: &str) -> bool {
    ["08", "53", "57"].iter().any(|class| code.starts_with(class))
}
