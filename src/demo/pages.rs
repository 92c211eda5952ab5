//! The web pages behind the feeds' links, so that a headline of the demo can be clicked.
//!
//! Pure, and plain on purpose: what there is to see is headlined's own front page.

use super::{
    outlets::{OUTLETS, Outlet},
    print::Print,
    write::escape,
};

const STYLE: &str = "body{font:1.1rem/1.6 Georgia,serif;max-width:38rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fdfcf8}\
     img{width:100%;height:auto;border-radius:4px}figure{margin:1rem 0}figcaption,small{color:#666;font-size:.85rem}\
     h1{line-height:1.2}a{color:#0b5394}@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}a{color:#8ab4f8}}";

pub(super) fn article(print: &Print, base: &str) -> String {
    let outlet = print.outlet;
    let photo = print.photo.as_ref().map(|photo| {
        let (caption, credit) = (escape(&photo.caption), escape(photo.credit));
        format!(
            "<figure><img src=\"{}\" alt=\"{caption}\"><figcaption>{caption} ({credit})</figcaption></figure>",
            photo.url
        )
    });
    let film = print.video.as_ref().map(|film| {
        format!(
            "<figure><video src=\"{}\" controls muted></video><figcaption>{}</figcaption></figure>",
            film.url,
            escape(&film.title)
        )
    });
    let text: String = print.paragraphs.iter().map(|paragraph| format!("<p>{}</p>\n", escape(paragraph))).collect();
    let body = format!(
        "<p><a href=\"{}\">{}</a></p>\n<h1>{}</h1>\n<p><small>{} · {}</small></p>\n{}{text}{}",
        outlet.site(base),
        escape(outlet.title),
        escape(&print.headline),
        escape(&print.author),
        escape(print.section),
        photo.unwrap_or_default(),
        film.unwrap_or_default(),
    );
    page(outlet.language, &print.headline, &body)
}

pub(super) fn home(outlet: &Outlet, prints: &[Print], base: &str) -> String {
    let list: String = prints
        .iter()
        .map(|print| format!("<li><a href=\"{}\">{}</a></li>\n", print.link, escape(&print.headline)))
        .collect();
    let body = format!(
        "<h1>{}</h1>\n<p>{} · <a href=\"{}\">feed</a></p>\n<ul>\n{list}</ul>\n",
        escape(outlet.title),
        escape(outlet.tagline),
        outlet.address(base),
    );
    page(outlet.language, outlet.title, &body)
}

pub(super) fn index(base: &str) -> String {
    let item = |outlet: &Outlet| {
        format!(
            "<li lang=\"{}\"><a href=\"{}\">{}</a></li>\n",
            outlet.language,
            outlet.site(base),
            escape(outlet.title)
        )
    };
    let list: String = OUTLETS.iter().map(item).collect();
    page(
        "en",
        "Invented outlets",
        &format!("<h1>Invented outlets</h1>\n<p>The feeds of headlined demo.</p>\n<ul>\n{list}</ul>\n"),
    )
}

fn page(language: &str, title: &str, body: &str) -> String {
    let direction = if language == "ar" { "rtl" } else { "ltr" };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{direction}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title><style>{STYLE}</style></head>\n<body>\n{body}\
         <hr><p lang=\"en\" dir=\"ltr\"><small>Part of headlined demo: outlets, places, people and events are invented.</small></p>\n\
         </body></html>\n",
        escape(title)
    )
}
