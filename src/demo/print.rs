//! A post as it reads: slots filled, dateline set, corrected where it was corrected.
//!
//! Pure. Every dialect writes from this; what a dialect cannot say, it leaves out.

use super::{
    dates,
    newsroom::Post,
    outlets::{Outlet, WireHabit},
    slots::{fill, place},
};
use crate::model::UnixSeconds;

/// One entry, ready to be written in any dialect. Addresses are absolute, text is plain.
#[derive(Debug, Clone)]
pub(super) struct Print {
    /// Who wrote it; for an aggregator's entry not the one whose feed this is.
    pub(super) outlet: &'static Outlet,
    pub(super) number: usize,
    pub(super) link: String,
    pub(super) headline: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) section: &'static str,
    pub(super) place: &'static str,
    pub(super) author: String,
    pub(super) editor: Option<&'static str>,
    pub(super) photo: Option<Picture>,
    pub(super) video: Option<Film>,
    pub(super) published_at: UnixSeconds,
    pub(super) updated_at: UnixSeconds,
}

#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) url: String,
    pub(super) caption: String,
    pub(super) credit: &'static str,
}

#[derive(Debug, Clone)]
pub(super) struct Film {
    pub(super) url: String,
    pub(super) title: String,
}

impl Print {
    pub(super) fn of(post: &Post, base: &str) -> Self {
        let outlet = if post.outlet.is_roundup() { post.story.outlets[0] } else { post.outlet };
        let (number, published_at) = post.origin.unwrap_or((post.number, post.published_at));
        let story = post.story;
        let fill = |template: &str| fill(template, story, post.round);
        Print {
            outlet,
            number,
            link: format!("{base}/{}/{}-{number}", outlet.slug, story.slug),
            headline: headline(post, outlet),
            paragraphs: paragraphs(post, outlet),
            section: story.section,
            place: place(story, post.round),
            author: author(post, outlet),
            editor: story.editor.filter(|_| is_own(post, outlet)),
            photo: story.photo.map(|photo| Picture {
                url: format!("{base}/photos/{}-{}-{}.svg", photo.scene, story.slug, post.round),
                caption: fill(photo.caption),
                credit: photo.credit,
            }),
            video: story.video.map(|title| Film { url: format!("{base}/film.webm"), title: fill(title) }),
            published_at,
            updated_at: post.updated_at,
        }
    }

    pub(super) fn is_updated(&self) -> bool {
        self.updated_at > self.published_at
    }

    /// The first paragraph: every outlet's teaser.
    pub(super) fn teaser(&self) -> &str {
        self.paragraphs.first().map_or("", String::as_str)
    }
}

/// Whether the outlet's own people wrote it.
fn is_own(post: &Post, outlet: &Outlet) -> bool {
    outlet.slug == post.story.outlets[0].slug
}

fn author(post: &Post, outlet: &Outlet) -> String {
    match post.story.by {
        Some(name) if is_own(post, outlet) => name.to_owned(),
        _ => outlet.agency().1.to_owned(),
    }
}

fn headline(post: &Post, outlet: &Outlet) -> String {
    let template = match post.story.retitle {
        Some(retitle) if post.retitled && is_own(post, outlet) => retitle,
        _ => post.story.headline_of(outlet),
    };
    fill(&corrected(post, template), post.story, post.round)
}

fn corrected(post: &Post, template: &str) -> String {
    match post.story.correct {
        Some((wrong, right)) if post.corrected => template.replace(wrong, right),
        _ => template.to_owned(),
    }
}

fn paragraphs(post: &Post, outlet: &Outlet) -> Vec<String> {
    let told = &post.story.paragraphs;
    let mut templates: Vec<&str> = if post.story.live {
        told.iter().take(post.parts).rev().copied().collect() // the newest on top
    } else {
        told.clone()
    };
    let wire = post.story.is_wire();
    if wire && outlet.wire == WireHabit::CutShort && templates.len() > 3 {
        templates.pop();
    }
    let mut paragraphs: Vec<String> =
        templates.iter().map(|template| fill(&corrected(post, template), post.story, post.round)).collect();
    if wire {
        credit_agency(&mut paragraphs, post, outlet);
    }
    if let Some(note) = correction(post, outlet) {
        paragraphs.push(note);
    }
    paragraphs
}

fn credit_agency(paragraphs: &mut Vec<String>, post: &Post, outlet: &Outlet) {
    let (short, long) = outlet.agency();
    let town = place(post.story, post.round).to_uppercase();
    let dateline = match outlet.wire {
        WireHabit::FullDateline | WireHabit::CutShort => {
            format!("{town}{} ({short}) — ", dates::dateline(post.published_at, outlet.language))
        }
        WireHabit::ShortDateline => format!("{town} ({short}) — "),
        WireHabit::SourceLine => String::new(),
    };
    if let Some(first) = paragraphs.first_mut() {
        first.insert_str(0, &dateline);
    }
    if outlet.wire == WireHabit::SourceLine {
        paragraphs.push(match outlet.language {
            "fr" => format!("Source : {long}"),
            "ar" => format!("المصدر: {long}"),
            _ => format!("Source: {long}"),
        });
    }
}

fn correction(post: &Post, outlet: &Outlet) -> Option<String> {
    let (wrong, right) = post.story.correct.filter(|_| post.corrected)?;
    let [wrong, right] = [wrong, right].map(|words| fill(words, post.story, post.round));
    Some(match outlet.language {
        "fr" => {
            format!("Rectificatif : une première version de cet article disait « {wrong} » ; il faut lire « {right} ».")
        }
        "ar" => format!("تصحيح: ورد في نسخة سابقة من هذا الخبر «{wrong}»، والصواب «{right}»."),
        _ => format!("Correction: An earlier version of this report said “{wrong}”. It should have said “{right}”."),
    })
}
