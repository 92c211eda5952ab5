//! OPML 2.0 out: the subscriptions, by group, and the outputs. What may be shown is the caller's choice (private feeds are
//! in neither).

use super::{address::web, language, plain, xml::Xml};
use crate::model::FeedConfig;

/// One line of a list: a feed, or an output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    pub title: String,
    pub url: String,
    pub site_url: Option<String>,
    pub language: Option<String>,
    pub description: Option<String>,
    /// A feed in several groups is listed in each; one in none stands by itself.
    pub groups: Vec<String>,
}

impl From<&FeedConfig> for Outline {
    fn from(feed: &FeedConfig) -> Self {
        Self {
            title: feed.name.clone(),
            url: feed.url.clone(),
            site_url: None,
            language: feed.language.clone(),
            description: None,
            groups: feed.groups.clone(),
        }
    }
}

pub fn opml(title: &str, outlines: &[Outline]) -> Vec<u8> {
    Xml::document("opml", &[("version", "2.0")], |xml| {
        xml.element("head", &[], |xml| {
            xml.text("title", &[], title);
            xml.text("docs", &[], "http://opml.org/spec2.opml");
        });
        xml.element("body", &[], |xml| {
            for group in groups(outlines) {
                let members = outlines.iter().filter(|outline| outline.groups.contains(group));
                xml.element("outline", &[("text", group), ("title", group)], |xml| {
                    members.for_each(|one| feed(xml, one))
                });
            }
            outlines.iter().filter(|outline| outline.groups.is_empty()).for_each(|one| feed(xml, one));
        });
    })
}

/// In the order of their first feeds.
fn groups(outlines: &[Outline]) -> Vec<&String> {
    let mut groups = Vec::new();
    for group in outlines.iter().flat_map(|outline| &outline.groups) {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

/// `type="rss"` whatever the format: it says "a feed" to every reader (OPML 2.0, subscription lists).
fn feed(xml: &mut Xml, outline: &Outline) {
    let title = plain::folded(&outline.title);
    let site_url = web(outline.site_url.as_deref()).unwrap_or_default();
    let language = language::tag(outline.language.as_deref()).unwrap_or_default();
    let description = plain::folded(outline.description.as_deref().unwrap_or_default());
    xml.empty(
        "outline",
        &[
            ("text", &title),
            ("title", &title),
            ("type", "rss"),
            ("xmlUrl", &outline.url),
            ("htmlUrl", &site_url),
            ("language", language),
            ("description", &description),
        ],
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_stand_in_their_groups() {
        let outline = |title: &str, groups: &[&str]| Outline {
            title: title.to_owned(),
            url: format!("https://{}.example/?a=1&b=2", title.to_lowercase().len()),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            ..Outline::default()
        };
        let list = [outline("A & <B>", &["world", "x\"y"]), outline("C", &[]), outline("D", &["world"])];
        insta::assert_snapshot!(String::from_utf8(opml("T", &list)).unwrap(), @r#"
        <?xml version="1.0" encoding="utf-8"?>
        <opml version="2.0">
         <head>
          <title>T</title>
          <docs>http://opml.org/spec2.opml</docs>
         </head>
         <body>
          <outline text="world" title="world">
           <outline text="A &amp; &lt;B&gt;" title="A &amp; &lt;B&gt;" type="rss" xmlUrl="https://7.example/?a=1&amp;b=2"/>
           <outline text="D" title="D" type="rss" xmlUrl="https://1.example/?a=1&amp;b=2"/>
          </outline>
          <outline text="x&quot;y" title="x&quot;y">
           <outline text="A &amp; &lt;B&gt;" title="A &amp; &lt;B&gt;" type="rss" xmlUrl="https://7.example/?a=1&amp;b=2"/>
          </outline>
          <outline text="C" title="C" type="rss" xmlUrl="https://1.example/?a=1&amp;b=2"/>
         </body>
        </opml>
        "#);
    }
}
