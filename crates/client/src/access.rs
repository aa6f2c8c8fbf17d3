//! Keys.

use reqwest::Method;
use wire::KeyId;
use wire::access::{CreatedKey, Key, NewKey};

use crate::Client;
use crate::error::Result;
use crate::pages::Items;

const KEYS: [&str; 3] = ["api", "v1", "keys"];

impl Client {
    pub fn keys(&self) -> Items<Key> {
        self.list(&KEYS, &())
    }

    /// Makes a key. Its secret is in the answer and nowhere else, ever.
    pub async fn create_key(&self, key: &NewKey) -> Result<CreatedKey> {
        self.post(&KEYS, key).await
    }

    pub async fn revoke_key(&self, id: KeyId) -> Result<()> {
        let url = self.url(&["api", "v1", "keys", &id.to_string()]);
        self.write(Method::DELETE, &url, |it| it).await?;
        Ok(())
    }
}
