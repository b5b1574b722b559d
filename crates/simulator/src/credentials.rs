//! The credentials that AssumeRole hands out.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;

use crate::caller::{BASE32, Caller};
use crate::seed::word;
use crate::world::World;

/// How every key made by a simulator begins. A key of another simulator, or of one that was restarted, is thus
/// known for what it is and refused, instead of being taken for the hub's own.
const PREFIX: &str = "ASIASIM";

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Temporary credentials. They guard nothing, but callers treat them as secrets, so they are not printed.
pub(crate) struct Credentials {
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) expires: SystemTime,
}

/// Why a key is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejected {
    Unknown,
    Expired,
}

/// All credentials handed out so far.
#[derive(Default)]
pub(crate) struct Vault {
    issued: Mutex<HashMap<String, Issued>>,
    /// Keys that were ended before their time.
    ended: Mutex<HashSet<String>>,
    /// The codes of the hub's device that were used.
    codes: Mutex<HashSet<String>>,
}

struct Issued {
    token: String,
    expires: SystemTime,
    caller: Caller,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("issued", &self.issued.lock().len()).finish()
    }
}

impl Vault {
    /// Makes credentials for a session.
    pub(crate) fn issue(
        &self,
        world: &World,
        caller: Caller,
        now: SystemTime,
        lifetime: Duration,
    ) -> Credentials {
        let mut issued = self.issued.lock();
        let mut rng = world.seed().text("credentials").number(issued.len() as u64).rng();
        let credentials = Credentials {
            access_key: format!("{PREFIX}{}", word(&mut rng, BASE32, 20 - PREFIX.len())),
            secret: word(&mut rng, BASE64, 40),
            token: format!("SIMULATED{}", word(&mut rng, BASE64, 347)),
            expires: now + lifetime,
        };
        let entry = Issued { token: credentials.token.clone(), expires: credentials.expires, caller };
        issued.insert(credentials.access_key.clone(), entry);
        credentials
    }

    /// Ends a key, whoever it came from.
    pub(crate) fn end(&self, access_key: &str) {
        self.ended.lock().insert(access_key.to_owned());
    }

    /// Uses up a code; false if it was used before.
    pub(crate) fn use_code(&self, code: &str) -> bool {
        self.codes.lock().insert(code.to_owned())
    }

    /// Finds out who holds a key.
    pub(crate) fn caller(
        &self,
        world: &World,
        access_key: &str,
        token: Option<&str>,
        now: SystemTime,
    ) -> Result<Caller, Rejected> {
        if self.ended.lock().contains(access_key) {
            return Err(Rejected::Expired);
        }
        if !access_key.starts_with(PREFIX) {
            return Ok(Caller::hub(world));
        }
        let issued = self.issued.lock();
        let entry = issued.get(access_key).filter(|entry| token == Some(&entry.token));
        match entry {
            None => Err(Rejected::Unknown),
            Some(entry) if entry.expires <= now => Err(Rejected::Expired),
            Some(entry) => Ok(entry.caller.clone()),
        }
    }
}
