//! Bylines: who wrote, who edited.

use url::Url;

use super::links;
use crate::{
    html::folded,
    model::Person,
    parse::{
        names::Space::{self, *},
        tree::Element,
    },
};

type Names = &'static [(Space, &'static str)];

/// Best first: the elements of the first row that names anybody are the authors.
const AUTHORS: &[Names] = &[
    &[(Atom, "author"), (Core, "author"), (Dc, "creator"), (Dc, "author")],
    &[(Itunes, "author")],
    &[(Core, "managingEditor")],
    &[(Dc, "publisher"), (Itunes, "owner"), (Core, "webMaster")],
];
const CONTRIBUTORS: Names = &[(Atom, "contributor"), (Core, "contributor"), (Dc, "contributor")];

pub(super) fn of_feed(about: Element<'_, '_>, base: Option<&Url>) -> Vec<Person> {
    let (mut best, mut people) = (AUTHORS.len(), Vec::new());
    for element in about.elements() {
        let is_named = |row: &Names| row.iter().any(|(space, name)| element.is(*space, name));
        let Some(row) = AUTHORS[..AUTHORS.len().min(best + 1)].iter().position(is_named) else { continue };
        let Some(person) = person(element, base) else { continue };
        if row < best {
            best = row;
            people.clear();
        }
        add(&mut people, person);
    }
    people
}

fn add(people: &mut Vec<Person>, person: Person) {
    if people.len() < super::MAX_LISTED && !people.contains(&person) {
        people.push(person);
    }
}

/// The element that names the first author.
pub(super) fn origin<'t, 'a>(entry: Element<'t, 'a>) -> Option<Element<'t, 'a>> {
    AUTHORS.iter().flat_map(|row| named(entry, row)).find(|element| person(*element, None).is_some())
}

pub(super) fn authors(entry: Element<'_, '_>, base: Option<&Url>) -> Vec<Person> {
    of_feed(entry, base)
}

pub(super) fn contributors(entry: Element<'_, '_>, base: Option<&Url>) -> Vec<Person> {
    all(entry, CONTRIBUTORS, base)
}

fn all(parent: Element<'_, '_>, names: Names, base: Option<&Url>) -> Vec<Person> {
    let mut people = Vec::new();
    named(parent, names).filter_map(|element| person(element, base)).for_each(|person| add(&mut people, person));
    people
}

fn named<'t, 'a>(parent: Element<'t, 'a>, names: Names) -> impl Iterator<Item = Element<'t, 'a>> {
    let may_have = names.iter().any(|(space, _)| parent.may_have(&[*space]));
    let children = may_have.then(|| parent.elements()).into_iter().flatten();
    children.filter(|child| names.iter().any(|(space, name)| child.is(*space, name)))
}

fn person(element: Element<'_, '_>, base: Option<&Url>) -> Option<Person> {
    let field =
        |names: &[&str]| element.elements().find(|child| names.contains(&child.name())).and_then(Element::trimmed);
    let person = match element.has_markup() {
        true => Person {
            name: field(&["name", "title"]).map(|name| folded(&name)).unwrap_or_default(),
            email: field(&["email"]),
            uri: field(&["uri", "url", "homepage", "href"]).map(|uri| links::absolute(&uri, base)),
        },
        false => from_text(&element.text()),
    };
    (!person.name.is_empty() || person.email.is_some() || person.uri.is_some()).then_some(person)
}

/// "desk@example.org (The Desk)", "The Desk <desk@example.org>", "The Desk (desk@example.org)", or a name alone.
pub(in crate::parse) fn from_text(text: &str) -> Person {
    let text = folded(text);
    if !text.contains('@') {
        return Person { name: text, ..Person::default() };
    }
    let is_in_email = |c: char| c.is_alphanumeric() || "._%+-@".contains(c);
    let email =
        text.split(|c: char| !is_in_email(c)).find(|word| is_email(word)).map(|word| word.trim_matches('.').to_owned());
    let Some(email) = email else { return Person { name: text, ..Person::default() } };
    let rest = text.replacen(&email, " ", 1).replace("mailto:", " ");
    let name = rest.replace("()", " ").replace("<>", " ");
    let name = folded(name.trim_matches(|c: char| c.is_whitespace() || "()<>[],:;\"".contains(c)));
    Person {
        name: if name.contains(char::is_alphanumeric) { name } else { String::new() },
        email: Some(email),
        uri: None,
    }
}

fn is_email(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && host.trim_matches('.').contains('.') && !host.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, name: &str, email: Option<&str>) {
        let person = from_text(text);
        assert_eq!((person.name.as_str(), person.email.as_deref()), (name, email), "{text}");
    }

    #[test]
    fn people_are_told_from_their_mail_addresses() {
        check("Example  Desk", "Example Desk", None);
        check("desk@example.org", "", Some("desk@example.org"));
        check("desk+a@example.org (The Desk)", "The Desk", Some("desk+a@example.org"));
        check("The Desk <desk@example.org>", "The Desk", Some("desk@example.org"));
        check("The Desk (desk@example.org)", "The Desk", Some("desk@example.org"));
        check("Zoë desk@example.org", "Zoë", Some("desk@example.org"));
        check("@handle", "@handle", None);
    }
}
