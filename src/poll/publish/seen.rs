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
    members: RefCell<HashMap<ArticleId, Rc<Member>>>,
    /// By the article that names them.
    units: RefCell<HashMap<(FoldMode, ArticleId), Rc<Unit>>>,
    /// Published ids.
    named: RefCell<HashMap<ArticleId, Uuid>>,
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
        Self {
            transaction,
            members: RefCell::default(),
            units: RefCell::default(),
            named: RefCell::default(),
            newest: RefCell::default(),
        }
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

    pub(super) fn member(&self, id: ArticleId) -> Result<Rc<Member>, StoreError> {
        if let Some(member) = self.members.borrow().get(&id) {
            return Ok(member.clone());
        }
        let member = Rc::new(self.transaction.member(id)?);
        self.members.borrow_mut().insert(id, member.clone());
        Ok(member)
    }

    /// The id of the entry that `head` names.
    pub(super) fn entry_id(&self, mode: FoldMode, head: ArticleId) -> Result<Uuid, StoreError> {
        let known = self.named.borrow().get(&head).copied();
        let first = match known {
            Some(first) => first,
            None => {
                let first = self.transaction.published_id(head)?;
                self.named.borrow_mut().insert(head, first);
                first
            }
        };
        Ok(if mode == FoldMode::Stories { story_published_id(first) } else { first })
    }

    pub(super) fn unit(&self, mode: FoldMode, member: &Member) -> Result<Rc<Unit>, StoreError> {
        let head = head(mode, member);
        if let Some(unit) = self.units.borrow().get(&(mode, head))
            && unit.members.iter().any(|known| known.id == member.id)
        {
            return Ok(unit.clone());
        }
        let unit = Rc::new(self.read(mode, head, member)?);
        self.units.borrow_mut().insert((mode, head), unit.clone());
        Ok(unit)
    }

    fn read(&self, mode: FoldMode, head: ArticleId, member: &Member) -> Result<Unit, StoreError> {
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
        Ok(Unit { head, entry_id: self.entry_id(mode, head)?, members })
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
