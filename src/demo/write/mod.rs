//! Writes an outlet's feed in its dialect.
//!
//! By hand and on purpose: the demo is somebody else's feed, so it shares no code with the daemon's own rendering.
//! Pure; equal posts are equal bytes.

mod atom;
mod json;
mod odd;
mod rss1;
mod rss2;

use super::{
    outlets::{Dialect, Outlet, PhotoHabit},
    print::Print,
};
use crate::model::UnixSeconds;

/// Everything that a document is written from.
pub(super) struct Page<'a> {
    pub(super) outlet: &'static Outlet,
    /// The origin's address, without a slash at the end.
    pub(super) base: &'a str,
    pub(super) prints: &'a [Print],
    pub(super) changed_at: UnixSeconds,
}

impl Page<'_> {
    pub(super) fn document(&self) -> String {
        match self.outlet.dialect {
            Dialect::Rss2 => rss2::document(self),
            Dialect::OddRss2 => odd::document(self),
            Dialect::Rss1 => rss1::document(self),
            Dialect::Atom | Dialect::Roundup => atom::document(self),
            Dialect::Json => json::document(self),
        }
    }
}

pub(super) fn media_type(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Rss2 => "application/rss+xml; charset=utf-8",
        Dialect::OddRss2 => "text/xml; charset=utf-8",
        Dialect::Rss1 => "application/rdf+xml; charset=utf-8",
        Dialect::Atom | Dialect::Roundup => "application/atom+xml; charset=utf-8",
        Dialect::Json => "application/feed+json",
    }
}

/// For element content and for attributes in double quotes.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>\n", escape(text))
}

fn optional(name: &str, text: Option<&str>) -> String {
    text.map(|text| element(name, text)).unwrap_or_default()
}

/// The text as HTML, with its picture where the outlet puts it into the text.
pub(super) fn html(print: &Print) -> String {
    let text: String = print.paragraphs.iter().map(|paragraph| format!("<p>{}</p>\n", escape(paragraph))).collect();
    figure(print) + &text
}

/// A caption that ends in the credit in brackets, as local papers write it.
fn figure(print: &Print) -> String {
    let Some(photo) = print.photo.as_ref().filter(|_| print.outlet.photo == PhotoHabit::Figure) else {
        return String::new();
    };
    let (url, caption, credit) = (&photo.url, escape(&photo.caption), escape(photo.credit));
    format!(
        "<figure><img src=\"{url}\" alt=\"{caption}\" width=\"1200\" height=\"800\"/>\
         <figcaption>{caption} ({credit})</figcaption></figure>\n"
    )
}

/// `media:content` for photo and video, under this namespace prefix.
fn media(print: &Print, prefix: &str) -> String {
    let photo = print.photo.as_ref().filter(|_| print.outlet.photo == PhotoHabit::Media).map(|photo| {
        format!(
            "<{prefix}:content url=\"{}\" type=\"image/svg+xml\" medium=\"image\" width=\"1200\" height=\"800\">\n\
             <{prefix}:description type=\"plain\">{}</{prefix}:description>\n\
             <{prefix}:credit role=\"photographer\" scheme=\"urn:ebu\">{}</{prefix}:credit>\n\
             </{prefix}:content>\n",
            photo.url,
            escape(&photo.caption),
            escape(photo.credit)
        )
    });
    let video = print.video.as_ref().map(|film| {
        format!(
            "<{prefix}:content url=\"{}\" type=\"video/webm\" medium=\"video\" width=\"320\" height=\"180\">\n\
             <{prefix}:title type=\"plain\">{}</{prefix}:title>\n\
             </{prefix}:content>\n",
            film.url,
            escape(&film.title)
        )
    });
    photo.unwrap_or_default() + &video.unwrap_or_default()
}
