//! What the operator is told of the files that outputs are written to: once when one cannot be, once when it can again.
//!
//! `deliver` finds it out, and finds it out again after each start; what was told last is in the store.

use super::Settler;
use crate::{
    model::{Notice, NoticeKind},
    store::StoreError,
};

impl Settler {
    /// Keeps what is to be told of an output's file, if it is news.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn tell(&mut self, notice: &Notice) -> Result<(), StoreError> {
        let transaction = self.store.begin()?;
        let last = transaction.told_last(&notice.feed, [NoticeKind::Unwritable, NoticeKind::Written])?;
        let was_unwritable = last.as_deref() == Some(NoticeKind::Unwritable.name());
        if was_unwritable != (notice.kind == NoticeKind::Unwritable) {
            transaction.tell(std::slice::from_ref(notice))?;
        }
        transaction.commit()
    }
}
