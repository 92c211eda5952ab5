//! What is said where nothing is found: what it is, and where to go from here.

use askama::Template;

use super::{OutputView, Site, Subscription, page, subscriptions};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorView {
    pub site: Site,
    pub status: u16,
    /// "There is nothing at this address."
    pub heading: String,
    /// What to do.
    pub advice: String,
    pub outputs: Vec<OutputView>,
}

pub fn error(view: &ErrorView) -> String {
    page(&ErrorPage {
        site: &view.site,
        status: view.status,
        heading: &view.heading,
        advice: &view.advice,
        subscriptions: subscriptions(&view.site, &view.outputs),
    })
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    site: &'a Site,
    status: u16,
    heading: &'a str,
    advice: &'a str,
    subscriptions: Vec<Subscription<'a>>,
}
