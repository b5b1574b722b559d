use std::sync::{Arc, mpsc};

use parking_lot::Mutex;
use tokio::sync::OwnedSemaphorePermit;

use crate::message::Message;
use crate::shared::{ROOM, Shared};
use crate::writer::Writer;
use crate::{Closed, LedgerError, pump};

/// The way from recorders to their writer.
pub(crate) struct Line {
    pub(crate) shared: Arc<Shared>,
    way: Way,
}

/// What is under way, with the room it takes.
pub(crate) type Parcel = (Message, Option<OwnedSemaphorePermit>);

enum Way {
    Thread(mpsc::Sender<Parcel>),
    Inline(Mutex<Option<Writer>>),
}

impl Line {
    /// To a thread of the writer's own.
    pub(crate) fn threaded(writer: Writer) -> Result<Self, LedgerError> {
        let (sender, receiver) = mpsc::channel();
        let shared = writer.shared();
        let path = writer.path();
        std::thread::Builder::new()
            .name("orgwide-ledger".to_owned())
            .spawn(move || pump::run(writer, &receiver))
            .map_err(|source| LedgerError::Unusable { path, source })?;
        Ok(Self { shared, way: Way::Thread(sender) })
    }

    /// Straight to the writer.
    pub(crate) fn inline(writer: Writer) -> Self {
        Self { shared: writer.shared(), way: Way::Inline(Mutex::new(Some(writer))) }
    }

    /// Waits for room for so many bytes; more than there ever is counts as all of it.
    pub(crate) async fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Closed> {
        let bytes = u32::try_from(bytes.min(ROOM)).unwrap_or(u32::MAX);
        Arc::clone(&self.shared.room).acquire_many_owned(bytes).await.map_err(|_| Closed)
    }

    /// Sends it on its way.
    pub(crate) fn send(&self, message: Message, room: Option<OwnedSemaphorePermit>) -> Result<(), Closed> {
        match &self.way {
            Way::Thread(sender) => sender.send((message, room)).map_err(|_| Closed),
            Way::Inline(writer) => {
                let mut place = writer.lock();
                let writer = place.take().ok_or(Closed)?;
                *place = writer.at_once(message);
                Ok(())
            }
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Way::Inline(writer) = &mut self.way
            && let Some(writer) = writer.get_mut().take()
        {
            writer.leave();
        }
    }
}
