//! What documents cost that nobody honest writes: milliseconds and memory for each megabyte, from bytes to articles.
//!
//! Each document is read in a process of its own, so that its peak of memory is its own. Growth is how many times as
//! long four times the bytes take. Nothing is asserted: whoever reads the table judges.

use std::{fmt::Write, process::Command};

use headlined::{
    article::{self, Context},
    model::FeedConfig,
    parse::{self, Document},
};

/// Bytes of the smaller document.
const SIZE: usize = 1 << 20;
/// The larger one is so many times as large.
const TIMES: usize = 4;

/// A document's name, what stands before and after, and what fills it.
type Case = (&'static str, &'static str, &'static str, &'static str);

const RSS: &str = "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>F</title>";
const ITEM: &str =
    "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><title>F</title><item><title>A</title>";
const BODY: &str = "<rss version='2.0'><channel><title>F</title><item><title>A</title><link>https://example.org/a</link><description><![CDATA[";
const ATOM: &str = "<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title>";

/// `%` in a filling is the number of the piece.
const CASES: &[Case] = &[
    (
        "honest items",
        RSS,
        "</channel></rss>",
        "<item><title>Boats came home to Harbortown %</title><link>https://example.org/world/%</link><guid>https://example.org/world/%</guid><pubDate>Thu, 29 Feb 2024 10:14:55 GMT</pubDate><description>&lt;p&gt;The boats of Harbortown came home on Thursday, late and laden. The harbor master was content; the weather, he said, had been kind to them all winter long.&lt;/p&gt;</description></item>",
    ),
    ("& alone", "", "", "&"),
    ("& in a title", "<rss version='2.0'><channel><item><title>", "</title></item></channel></rss>", "&"),
    ("& in a body", "<rss version='2.0'><channel><item><description>", "</description></item></channel></rss>", "&"),
    (
        "&amp; in a body",
        "<rss version='2.0'><channel><item><description>",
        "</description></item></channel></rss>",
        "&amp;",
    ),
    (
        "&lt; in a body",
        "<rss version='2.0'><channel><item><description>",
        "</description></item></channel></rss>",
        "&lt;",
    ),
    ("&x; in a body", BODY, "]]></description></item></channel></rss>", "&x;"),
    ("ten bodies of <p>", RSS, "</channel></rss>", "BODIES <p>"),
    ("ten bodies of <b>a", RSS, "</channel></rss>", "BODIES <b>a"),
    ("ten bodies of <table><a>", RSS, "</channel></rss>", "BODIES <table><a>"),
    ("ten bodies of relative links", RSS, "</channel></rss>", "BODIES <a href=x>a</a>"),
    ("one body of <p>", BODY, "]]></description></item></channel></rss>", "<p>"),
    ("one body of <p>a</p>", BODY, "]]></description></item></channel></rss>", "<p>a</p>"),
    (
        "one body of naked <p>",
        "<rss version='2.0'><channel><item><description>",
        "</description></item></channel></rss>",
        "<p>a</p>",
    ),
    (
        "one title of <b>",
        "<rss version='2.0'><channel><item><title>",
        "</title></item></channel></rss>",
        "&lt;b>a&lt;/b>",
    ),
    ("items of 29 bytes", RSS, "</channel></rss>", "<item><title>a</title></item>"),
    ("titles of markup", RSS, "</channel></rss>", "<item><title>&lt;b>a&lt;/b></title></item>"),
    ("empty items", RSS, "</channel></rss>", "<item/>"),
    ("empty entries", ATOM, "</feed>", "<entry/>"),
    ("dated items", RSS, "</channel></rss>", "<item><pubDate>mar. 3 mars 2015 10:14</pubDate></item>"),
    ("small elements", RSS, "</channel></rss>", "<a/>"),
    ("small elements in an item", ITEM, "</item></channel></rss>", "<a/>"),
    ("links in an item", ITEM, "</item></channel></rss>", "<link>%</link>"),
    (
        "links in items",
        RSS,
        "</channel></rss>",
        "<item><link>1</link><link>2</link><link>3</link><link>4</link><link>5</link><link>6</link><link>7</link></item>",
    ),
    (
        "enclosures in items",
        RSS,
        "</channel></rss>",
        "<item><atom:link rel='enclosure' href='1'/><atom:link rel='enclosure' href='2'/><atom:link rel='enclosure' href='3'/></item>",
    ),
    (
        "keywords in items",
        RSS,
        "</channel></rss>",
        "<item><media:keywords>1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z</media:keywords></item>",
    ),
    (
        "attributes in a body",
        "<rss version='2.0'><channel><item><description>",
        "</description></item></channel></rss>",
        "&lt;p a=1 b=2 c=3 d=4 title=x>",
    ),
    ("categories in an item", ITEM, "</item></channel></rss>", "<category>%</category>"),
    ("media in an item", ITEM, "</item></channel></rss>", "<media:content url='%'/>"),
    ("media in items", RSS, "</channel></rss>", "<item><media:content url='%'/><media:content url='a'/></item>"),
    (
        "authors in an entry",
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry>",
        "</entry></feed>",
        "<author><name>%</name></author>",
    ),
    ("attributes", RSS, "</channel></rss>", "<a b='' c='' d='' e='' f='' g=''/>"),
    ("one element of attributes", "<rss ", "><channel/></rss>", "a%='' "),
    ("prefixes", RSS, "</channel></rss>", "<z%:a xmlns:z%='u'>"),
    ("unknown prefixes", RSS, "</channel></rss>", "<z:a/>"),
    ("start tags", RSS, "", "<a>"),
    ("end tags", RSS, "", "</a>"),
    ("end tags at depth", "DEEP", "", "</z>"),
    ("fields unclosed", RSS, "", "<title>a"),
    ("less-than signs", RSS, "</channel></rss>", "< "),
    ("comments unclosed", RSS, "</channel></rss>", "<!--"),
    ("sections unclosed", RSS, "", "<![CDATA["),
    ("sections", ITEM, "</item></channel></rss>", "<![CDATA[]]>"),
    (
        "sections in a title",
        "<rss version='2.0'><channel><item><title>",
        "</title></item></channel></rss>",
        "<![CDATA[a]]>",
    ),
    ("instructions", RSS, "</channel></rss>", "<?a?>"),
    ("entities declared", "<!DOCTYPE rss [", "]><rss version='2.0'><channel/></rss>", "<!ENTITY a% 'b'>"),
    ("control characters", RSS, "</channel></rss>", "\u{1}"),
    ("text alone", "", "", "a "),
    ("white space", "<rss version='2.0'><channel><item><title>", "</title></item></channel></rss>", " "),
    ("JSON items", "{\"items\":[", "{}]}", "{},"),
    ("JSON numbers", "{\"items\":[", "1]}", "1,"),
    ("JSON small items", "{\"items\":[", "{}]}", "{\"id\":%},"),
    ("JSON tags", "{\"items\":[{\"tags\":[", "\"\"]}]}", "\"%\","),
    ("JSON escapes", "{\"items\":[{\"content_html\":\"", "\"}]}", "\\u003c"),
    ("UTF-16", "UTF16", "", "<item><title>Boats came home</title></item>"),
    ("bytes of no charset", "LATIN", "", "\u{e9} \u{f1}a"),
];

fn document(case: &Case, size: usize) -> Vec<u8> {
    let (_, before, after, filling) = *case;
    match before {
        "DEEP" => return filled(&(RSS.to_owned() + &"<a>".repeat(250)), filling, after, size).into_bytes(),
        "UTF16" => return filled(RSS, filling, after, size / 2).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "LATIN" => return filled(RSS, filling, after, size).chars().map(|c| c as u8).collect(),
        _ => {}
    }
    let Some(piece) = filling.strip_prefix("BODIES ") else {
        return filled(before, filling, after, size).into_bytes();
    };
    let item = format!(
        "<item><title>A</title><link>https://example.org/</link><description><![CDATA[{}]]></description></item>",
        piece.repeat(19_990 / piece.matches('<').count())
    );
    filled(before, &item, after, size).into_bytes()
}

fn filled(before: &str, filling: &str, after: &str, size: usize) -> String {
    let mut text = before.to_owned();
    let mut number = 0;
    while text.len() < size {
        match filling.contains('%') {
            true => text.push_str(&filling.replace('%', &number.to_string())),
            false => text.push_str(filling),
        }
        number += 1;
    }
    text + after
}

/// Seconds of the processor, and what was found.
fn read(bytes: &[u8]) -> (f64, String) {
    let start = seconds();
    let config = FeedConfig::default();
    let found = match parse::parse(&Document { bytes, ..Document::default() }) {
        Ok(feed) => {
            let repairs = feed.repairs.join(", ");
            let articles = article::articles(feed, &Context { config: &config, base_url: "https://example.org/feed" });
            format!("{} articles; {repairs}", articles.len())
        }
        Err(error) => error.to_string(),
    };
    (seconds() - start, found)
}

/// What this thread has had of the processor: other work on the machine does not count.
fn seconds() -> f64 {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    schedule.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

/// Kilobytes that this process had at most, and has.
fn memory(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    line.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "a bench speaks to whoever runs it")]
fn child(name: &str, size: usize) {
    let Some(case) = CASES.iter().find(|case| case.0 == name) else { return };
    read(b"<rss><channel><item><title>a</title><description>&lt;p></description></item></channel></rss>");
    let document = document(case, size);
    let before = memory("VmRSS:") - document.len() as f64 / 1024.0;
    let (seconds, found) = read(&document);
    println!("{} {seconds} {} {found}", document.len(), (memory("VmHWM:") - before) * 1024.0);
}

/// Bytes, seconds, bytes of memory, what was found.
fn measured(name: &str, size: usize) -> Option<(f64, f64, f64, String)> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program).args([name, &size.to_string()]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut words = text.trim_end().splitn(4, ' ');
    let mut number = || words.next()?.parse().ok();
    Some((number()?, number()?, number()?, words.next()?.to_owned()))
}

#[expect(clippy::print_stdout, reason = "a bench speaks to whoever runs it")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if let [name, size] = arguments.as_slice() {
        return child(name, size.parse().unwrap_or(SIZE));
    }
    println!("{:30} {:>8} {:>7} {:>7}", "document", "ms/MB", "growth", "memory");
    for (name, ..) in CASES.iter().filter(|case| arguments.iter().all(|wanted| case.0.contains(wanted.as_str()))) {
        let mut line = format!("{name:30}");
        match (measured(name, SIZE), measured(name, SIZE * TIMES)) {
            (Some((bytes, seconds, memory, found)), Some((more_bytes, longer, ..))) => {
                let per_megabyte = (seconds / bytes).max(longer / more_bytes) * 1e9;
                let found: String = found.chars().take(90).collect();
                let _ = write!(line, " {per_megabyte:8.1} {:7.1} {:6.1}x  {found}", longer / seconds, memory / bytes);
            }
            _ => line.push_str("  FAILED"),
        }
        println!("{line}");
    }
}
