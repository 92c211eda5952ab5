//! What a document says of itself, and how often it wants to be asked for.

use super::{
    Surroundings, categories, fields::*, is_noindex, license, links, media, people, replace, text::Default as As,
};
use crate::{
    model::{ParsedFeed, PollHints},
    parse::{dialect::Dialect, names::Space::*, tree::Element},
};

pub(super) fn describe(
    feed: &mut ParsedFeed,
    root: Element<'_, '_>,
    about: Element<'_, '_>,
    dialect: Dialect,
    around: &Surroundings,
) {
    let default = if dialect == Dialect::Atom { As::Text } else { As::Guess };
    let texts = if dialect == Dialect::Atom { As::Text } else { As::Html };
    replace(&mut feed.id, trimmed(about, ID).or_else(|| about.value("rdf:about")));
    replace(&mut feed.title, read(about, TITLE, default, around));
    replace(&mut feed.description, read(about, SUBTITLE, texts, around));
    replace(&mut feed.rights, read(about, RIGHTS, default, around));
    replace(&mut feed.published, trimmed(about, PUBLISHED));
    replace(&mut feed.updated, trimmed(about, UPDATED).or_else(|| about.value("lastmod")));
    replace(&mut feed.language, trimmed(about, LANGUAGE).or_else(|| around.language.clone()));
    let links = links::of_feed(about, around.base.as_ref());
    if !links.is_empty() {
        feed.links = links;
    }
    let image = media::feed_image(about).or_else(|| media::feed_image(root));
    let image = image.or_else(|| trimmed(about, LOGO)).map(|image| links::absolute(&image, around.base.as_ref()));
    replace(&mut feed.image, image);
    replace(&mut feed.icon, trimmed(about, ICON).map(|icon| links::absolute(&icon, around.base.as_ref())));
    feed.authors = people::of_feed(about, around.base.as_ref());
    feed.categories = categories(about);
    feed.hints = hints(about);
    feed.headlined_instance = about.child(Headlined, "instance").and_then(Element::trimmed);
    feed.license = license(about, around.base.as_ref());
    feed.noindex = is_noindex(about);
    let tombstones = about.elements().filter(|child| child.is(Tombstones, "deleted-entry"));
    feed.deleted = tombstones.filter_map(|tombstone| Some(tombstone.attribute("ref")?.trim().to_owned())).collect();
}

const DAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn hints(about: Element<'_, '_>) -> PollHints {
    let text = |space, name| about.child(space, name).and_then(Element::trimmed);
    let list = |name, item: &'static str| {
        let holder = about.child(Core, name).into_iter().flat_map(Element::elements);
        holder.filter(move |child| child.name() == item).filter_map(Element::trimmed)
    };
    let day = |day: String| DAYS.iter().position(|known| known.eq_ignore_ascii_case(&day)).map(|at| at as u8);
    let period = match text(Syndication, "updatePeriod").as_deref() {
        Some("hourly") => Some(3_600),
        Some("daily") => Some(86_400),
        Some("weekly") => Some(7 * 86_400),
        Some("monthly") => Some(30 * 86_400),
        Some("yearly") => Some(365 * 86_400),
        _ => None,
    };
    let frequency =
        text(Syndication, "updateFrequency").and_then(|times| times.parse::<u32>().ok()).unwrap_or(1).max(1);
    PollHints {
        ttl_minutes: text(Core, "ttl").and_then(|minutes| minutes.parse().ok()),
        // 24 is what some write for midnight.
        skip_hours: list("skipHours", "hour")
            .filter_map(|hour| hour.parse::<u8>().ok())
            .filter(|hour| *hour <= 24)
            .map(|hour| hour % 24)
            .collect(),
        skip_days: list("skipDays", "day").filter_map(day).collect(),
        update_period_seconds: period.map(|seconds: u32| seconds / frequency),
    }
}
