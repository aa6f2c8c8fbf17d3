//! Ids are `UUIDv7`, so that they sort by the time they were made.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id. Ids sort by the time they were made.
            #[expect(clippy::new_without_default, reason = "two calls never agree")]
            #[expect(clippy::disallowed_methods, reason = "the one place ids are made")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

id! {
    TenantId,
    ProjectId,
    /// One run of an instance: a restart makes a new one.
    InstanceId,
    KeyId,
    EventId,
    JobId,
    FanoutId,
    CollectionId,
    DocumentId,
    SourceId,
    GrantId,
    /// A message from one project to another; also of its receipt.
    MessageId,
    /// An instance that a hub runs, through all its runs.
    ManagedInstanceId,
    RepositoryId,
}
