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
