//! Bytes to text: which charset a document is really in.
//!
//! Servers, declarations and byte order marks contradict each other; the bytes themselves have the last word. The
//! declaration is cut off, since the text that leaves here is UTF-8.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{codepages, references::is_xml};

pub(super) struct Decoded<'a> {
    /// Without byte order mark, declaration, and characters that XML forbids.
    pub(super) text: Cow<'a, str>,
    /// In lower case.
    pub(super) encoding: String,
    pub(super) repairs: Vec<&'static str>,
}

pub(super) const WRONG_CHARSET: &str = "wrong charset";
pub(super) const CONTROL_CHARACTERS: &str = "control characters";

/// So much text tells its charset.
const DETECTED_BYTES: usize = 256 << 10;

/// How far a declaration is looked for.
const DECLARATION_WITHIN: usize = 1024;

pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let mut repairs = Vec::new();
    let (text, encoding) = to_text(bytes, content_type, &mut repairs);
    let text = without_declaration(text);
    let text = match has_forbidden(&text) {
        true => {
            repairs.push(CONTROL_CHARACTERS);
            Cow::Owned(text.chars().filter(|&c| is_xml(c)).collect())
        }
        false => text,
    };
    Decoded { text, encoding, repairs }
}

fn to_text<'a>(bytes: &'a [u8], content_type: Option<&str>, repairs: &mut Vec<&'static str>) -> (Cow<'a, str>, String) {
    if let Some((text, name)) = utf32(bytes) {
        return (Cow::Owned(text), name.to_owned());
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return (text, name_of(encoding));
    }
    if let Some(encoding) = utf16_pattern(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return (text, name_of(encoding));
    }
    if codepages::is_ebcdic(bytes) {
        let head = codepages::ebcdic().decode(&bytes[..bytes.len().min(DECLARATION_WITHIN)]);
        let declared = declared_label(head.as_bytes());
        let page = declared.and_then(|label| codepages::page(&label)).unwrap_or(codepages::ebcdic());
        return (Cow::Owned(page.decode(bytes)), page.name());
    }
    let declared = declared_label(bytes);
    let served = content_type
        .and_then(charset_parameter)
        .or_else(|| content_type.filter(|_| bytes.is_ascii()).and_then(default_charset));
    if let Ok(text) = std::str::from_utf8(bytes)
        && !is_seven_bit_charset(declared.as_deref().or(served.as_deref()))
    {
        return (Cow::Borrowed(text), utf8_name(text, served.as_deref().or(declared.as_deref()), repairs));
    }
    for label in served.iter().chain(&declared) {
        if let Some(decoded) = labelled(bytes, label) {
            return decoded;
        }
    }
    repairs.push(WRONG_CHARSET);
    let encoding = guessed(bytes, served.as_deref().or(declared.as_deref()));
    (encoding.decode_without_bom_handling(bytes).0, name_of(encoding))
}

/// The bytes read as the label says; None if they cannot be that.
fn labelled<'a>(bytes: &'a [u8], label: &str) -> Option<(Cow<'a, str>, String)> {
    let Some(encoding) = codepages::standard(label) else {
        let page = codepages::page(label)?;
        return Some((Cow::Owned(page.decode(bytes)), page.name()));
    };
    // UTF-8 and UTF-16 would have been recognized.
    if encoding == UTF_8 || encoding == UTF_16LE || encoding == UTF_16BE {
        return None;
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text, name_of(encoding)))
}

fn name_of(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

/// What valid UTF-8 is called: plain ASCII keeps the name of whatever superset was told.
fn utf8_name(text: &str, told: Option<&str>, repairs: &mut Vec<&'static str>) -> String {
    let told = told.and_then(codepages::standard).unwrap_or(UTF_8);
    if told != UTF_8 && text.is_ascii() && told.is_ascii_compatible() {
        return name_of(told);
    }
    if told != UTF_8 {
        repairs.push(WRONG_CHARSET);
    }
    name_of(UTF_8)
}

/// ISO-2022-JP writes Japanese with ASCII bytes: valid UTF-8 says nothing there.
fn is_seven_bit_charset(label: Option<&str>) -> bool {
    label.is_some_and(|label| {
        Encoding::for_label(label.as_bytes()).is_some_and(|known| !known.is_ascii_compatible())
            && !label.to_ascii_lowercase().starts_with("utf")
    })
}

/// Mostly valid UTF-8 stays UTF-8 (one cut character must not turn a page into mojibake); the rest is detected.
fn guessed(bytes: &[u8], told: Option<&str>) -> &'static Encoding {
    let broken = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let multibyte: usize = bytes.utf8_chunks().map(|chunk| chunk.valid().bytes().filter(|b| *b >= 0xC0).count()).sum();
    if broken <= multibyte {
        return UTF_8;
    }
    if let Some(told) = told.and_then(codepages::standard).filter(|&told| told != UTF_8) {
        return told;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // Markup is ASCII in every charset that is left: only text tells, and the detector is slow.
    let mut fed = 0;
    for text in bytes.split(|b| *b == b'<').filter(|text| !text.is_ascii()) {
        let sample = &text[..text.len().min(DETECTED_BYTES)];
        detector.feed(sample, false);
        fed += sample.len();
        if fed >= DETECTED_BYTES {
            break;
        }
    }
    detector.feed(b"", true);
    let found = detector.guess(None, Utf8Detection::Deny);
    if found == UTF_8 { WINDOWS_1252 } else { found }
}

/// `text/xml; charset="koi8-r"`.
fn charset_parameter(content_type: &str) -> Option<String> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let value = value.trim().trim_matches(['"', '\'']).trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// RFC 3023 §3.1: XML served as text without a charset is ASCII, whatever it declares. True only where it is.
fn default_charset(content_type: &str) -> Option<String> {
    content_type
        .trim_start()
        .get(..5)
        .filter(|start| start.eq_ignore_ascii_case("text/"))
        .map(|_| "us-ascii".to_owned())
}

/// The `encoding` of the XML declaration.
fn declared_label(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_WITHIN)]).into_owned();
    let start = head.find("<?xml")?;
    let declaration = &head[start..start + head[start..].find('>')?];
    let after =
        declaration[declaration.find("encoding")? + "encoding".len()..].trim_start().strip_prefix('=')?.trim_start();
    let label: String = match after.chars().next()? {
        quote @ ('"' | '\'') => after[1..].chars().take_while(|&c| c != quote).collect(),
        _ => after.chars().take_while(|c| !c.is_whitespace() && *c != '?').collect(),
    };
    Some(label.trim().to_owned()).filter(|label| !label.is_empty())
}

/// UTF-16 without a mark: every other byte of the markup at its start is zero.
fn utf16_pattern(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'<', 0, ..] => Some(UTF_16BE),
        [b'<', 0, next, 0, ..] if *next != 0 => Some(UTF_16LE),
        _ => None,
    }
}

fn utf32(bytes: &[u8]) -> Option<(String, &'static str)> {
    let (is_little, mark, name) = match bytes {
        [0, 0, 0xFE, 0xFF, ..] => (false, 4, "utf-32be"),
        [0xFF, 0xFE, 0, 0, ..] => (true, 4, "utf-32le"),
        [0, 0, 0, b'<', ..] => (false, 0, "utf-32be"),
        [b'<', 0, 0, 0, ..] => (true, 0, "utf-32le"),
        _ => return None,
    };
    let units = bytes[mark..].chunks_exact(4).map(|unit| {
        let unit = [unit[0], unit[1], unit[2], unit[3]];
        if is_little { u32::from_le_bytes(unit) } else { u32::from_be_bytes(unit) }
    });
    Some((units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect(), name))
}

/// The declaration speaks of bytes that are gone.
fn without_declaration(text: Cow<'_, str>) -> Cow<'_, str> {
    let start = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').len();
    let end = match text[start..].strip_prefix("<?xml") {
        Some(rest) if rest.starts_with(char::is_whitespace) => match rest.find("?>").zip(rest.find('>')) {
            Some((end, tag_end)) if tag_end == end + 1 => start + 5 + end + 2,
            _ => start,
        },
        _ => start,
    };
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[end..]),
        Cow::Owned(text) if end == 0 => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text[end..].to_owned()),
    }
}

/// The two forbidden characters beyond ASCII are too rare to look for in clean text.
fn has_forbidden(text: &str) -> bool {
    let is_forbidden = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r');
    // Without an early end inside of a chunk the compiler checks many bytes at once.
    text.as_bytes().chunks(1024).any(|chunk| chunk.iter().fold(false, |found, b| found | is_forbidden(b)))
}
