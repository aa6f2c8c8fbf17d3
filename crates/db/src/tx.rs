//! A transaction on either engine.

use sqlx::{Postgres, Sqlite, Transaction};

use crate::{Error, Scope};

/// An open transaction, inside one tenant. Dropping it rolls back.
pub struct Tx {
    #[doc(hidden)]
    pub engine: Engine,
    scope: Scope,
}

/// The engine a transaction is open on; only [`run!`](crate::run) and statements whose dialects
/// differ look at it.
pub enum Engine {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) fn new(engine: Engine, scope: &Scope) -> Self {
        Self { engine, scope: scope.clone() }
    }

    /// For whom it is open.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The text for this engine, where the two dialects must differ.
    pub const fn dialect<T: Copy>(&self, sqlite: T, postgres: T) -> T {
        match self.engine {
            Engine::Sqlite(_) => sqlite,
            Engine::Postgres(_) => postgres,
        }
    }

    /// That a column is one of the numbers in the JSON array bound to `$parameter`.
    pub fn is_one_of(&self, column: &str, parameter: u8) -> String {
        match self.engine {
            Engine::Sqlite(_) => format!("{column} in (select value from json_each(${parameter}))"),
            // An array, made once: below row security no index serves a comparison with a cast,
            // which might tell by its error what other tenants have.
            Engine::Postgres(_) => format!(
                "{column} = any (array(select jsonb_array_elements_text(${parameter})::bigint))"
            ),
        }
    }

    /// The same of texts.
    pub fn is_one_of_texts(&self, column: &str, parameter: u8) -> String {
        match self.engine {
            Engine::Sqlite(_) => format!("{column} in (select value from json_each(${parameter}))"),
            // As above, and so that the planner counts on a few of them and not on all.
            Engine::Postgres(_) => {
                format!("{column} = any (array(select jsonb_array_elements_text(${parameter})))")
            }
        }
    }

    pub async fn commit(self) -> Result<(), Error> {
        match self.engine {
            Engine::Sqlite(tx) => tx.commit().await?,
            Engine::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// Runs `query` on whichever engine `tx` is open on. `execute` answers with the number of rows
/// it changed, the other methods with what sqlx answers.
#[macro_export]
macro_rules! run {
    ($tx:expr, execute, $query:expr $(,)?) => {
        match &mut $tx.engine {
            $crate::Engine::Sqlite(tx) => {
                $query.execute(&mut **tx).await.map(|it| it.rows_affected())
            }
            $crate::Engine::Postgres(tx) => {
                $query.execute(&mut **tx).await.map(|it| it.rows_affected())
            }
        }
        .map_err($crate::Error::from)
    };
    ($tx:expr, $method:ident, $query:expr $(,)?) => {
        match &mut $tx.engine {
            $crate::Engine::Sqlite(tx) => $query.$method(&mut **tx).await,
            $crate::Engine::Postgres(tx) => $query.$method(&mut **tx).await,
        }
        .map_err($crate::Error::from)
    };
}
