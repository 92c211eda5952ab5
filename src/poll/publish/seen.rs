//! What the outputs of one transaction look at alike, read once: the newest articles, and what an entry stands for.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use uuid::Uuid;

use crate::{
    model::{ArticleId, FoldMode},
    store::{Member, StoreError, Transaction, story_published_id},
};

/// How many articles are looked at, at a time, to fill an output.
pub(super) const FILL_STEP: usize = 500;

/// See the module.
pub(super) struct Seen<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    units: RefCell<HashMap<(FoldMode, ArticleId), Rc<Unit>>>,
    newest: RefCell<Vec<Rc<Vec<Member>>>>,
}

/// What one entry of an output stands for: an article, its copies, or its story.
pub(super) struct Unit {
    /// The article that names it.
    pub(super) head: ArticleId,
    pub(super) entry_id: Uuid,
    pub(super) members: Vec<Member>,
}

impl<'a> Seen<'a> {
    pub(super) fn of(transaction: &'a Transaction<'a>) -> Self {
        Self { transaction, units: RefCell::default(), newest: RefCell::default() }
    }

    /// The newest articles, a step at a time.
    pub(super) fn newest(&self, step: usize) -> Result<Rc<Vec<Member>>, StoreError> {
        let mut read = self.newest.borrow_mut();
        while read.len() <= step {
            let before = read.len() * FILL_STEP;
            read.push(Rc::new(self.transaction.newest(FILL_STEP, before)?));
        }
        Ok(read[step].clone())
    }

    /// What an article stands for; the article itself is read only where that is not known yet.
    pub(super) fn unit_of(&self, mode: FoldMode, id: ArticleId) -> Result<Rc<Unit>, StoreError> {
        match self.known(mode, id) {
            Some(unit) => Ok(unit),
            None => self.unit(mode, &self.transaction.member(id)?),
        }
    }

    fn known(&self, mode: FoldMode, id: ArticleId) -> Option<Rc<Unit>> {
        self.units.borrow().get(&(mode, id)).cloned()
    }

    pub(super) fn unit(&self, mode: FoldMode, member: &Member) -> Result<Rc<Unit>, StoreError> {
        if let Some(unit) = self.known(mode, member.id) {
            return Ok(unit);
        }
        let unit = Rc::new(self.read(mode, member)?);
        self.units.borrow_mut().insert((mode, member.id), unit.clone());
        Ok(unit)
    }

    fn read(&self, mode: FoldMode, member: &Member) -> Result<Unit, StoreError> {
        let head = head(mode, member);
        let mut members = match mode {
            FoldMode::Off => Vec::new(),
            FoldMode::Copies => self.transaction.copies(head)?,
            FoldMode::Stories => self.transaction.story(head)?,
        };
        // Of very many only the first are read: the one that is asked for is always among them.
        if members.iter().all(|known| known.id != member.id) {
            members.push(member.clone());
            members.sort_unstable_by_key(Member::order);
        }
        let first = self.transaction.published_id(head)?;
        let entry_id = if mode == FoldMode::Stories { story_published_id(first) } else { first };
        Ok(Unit { head, entry_id, members })
    }
}

/// The article that names what an entry stands for.
pub(super) fn head(mode: FoldMode, member: &Member) -> ArticleId {
    match mode {
        FoldMode::Off => member.id,
        FoldMode::Copies => member.copy_set(),
        FoldMode::Stories => member.story_id.unwrap_or(member.id),
    }
}
