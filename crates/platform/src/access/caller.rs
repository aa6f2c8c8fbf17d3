//! Who may call stands in a handler's signature.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::Extensions;
use axum::http::request::Parts;
use db::Scope;
use wire::Slug;
use wire::access::Permission;
use wire::hub::PrincipalKind;

use super::authenticate::Principal;
use crate::ground::error::{Error, Result};

/// A principal that holds the permission `P`.
pub(crate) struct Caller<P> {
    principal: Principal,
    needs: PhantomData<P>,
}

impl<P> Caller<P> {
    /// The principal that authentication left in the extensions of a request.
    pub(crate) fn of(extensions: &Extensions) -> Result<Self>
    where
        P: Needed,
    {
        // A route that authentication does not stand before refuses everyone.
        let principal = extensions.get::<Principal>().ok_or(Error::Unauthenticated)?;
        if let Some(needed) = P::PERMISSION
            && !principal.permissions.contains(&needed)
        {
            return Err(Error::Forbidden(format!("this needs the scope {needed}")));
        }
        Ok(Self { principal: principal.clone(), needs: PhantomData })
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.principal.scope
    }

    pub(crate) fn holds(&self, permission: Permission) -> bool {
        self.principal.permissions.contains(&permission)
    }

    pub(crate) fn kind(&self) -> PrincipalKind {
        self.principal.kind
    }

    /// The project it speaks for.
    pub(crate) fn project(&self) -> Option<&Slug> {
        self.principal.project.as_ref()
    }
}

pub(crate) trait Needed {
    const PERMISSION: Option<Permission>;
}

/// Whoever proved who they are.
pub(crate) struct Anything;

impl Needed for Anything {
    const PERMISSION: Option<Permission> = None;
}

macro_rules! needed {
    ($($name:ident),+ $(,)?) => {$(
        pub(crate) struct $name;

        impl Needed for $name {
            const PERMISSION: Option<Permission> = Some(Permission::$name);
        }
    )+};
}

needed! {
    FedRead, FedWrite, FedFanout, KeysRead, KeysWrite, EventsRead, EventsWrite, AuditRead,
    JobsRead, JobsWrite, KnowledgeRead, KnowledgeWrite, RepositoriesRead, RepositoriesWrite,
    InstancesRead, InstancesWrite, GrantsRead, GrantsWrite, MeshSend, GraphRead, GraphWrite,
}

impl<P: Needed, S: Send + Sync> FromRequestParts<S> for Caller<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Self::of(&parts.extensions)
    }
}
