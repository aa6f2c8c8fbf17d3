#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error("the index {0} does not exist")]
    NoSuchIndex(crate::IndexId),
    #[error("the index holds vectors of {expected} dimensions, the query has {found}")]
    Dimensions { expected: usize, found: usize },
    #[error("the index {0} is damaged: {1}")]
    Damaged(crate::IndexId, &'static str),
}
