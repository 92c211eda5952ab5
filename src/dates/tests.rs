use jiff::Timestamp;

use super::*;

/// `expected` in RFC 3339, or nothing for what is no date.
fn check(text: &str, expected: &str) {
    check_with(text, expected, &Hints::default());
}

fn check_with(text: &str, expected: &str, hints: &Hints) {
    let expected = expected.parse::<Timestamp>().ok().map(|instant| instant.as_second());
    assert_eq!(read(text, hints), expected, "{text}");
}

#[test]
fn the_notations_of_the_standards() {
    check("2024-02-29T10:14:55Z", "2024-02-29T10:14:55Z");
    check("2024-02-29T18:14:55.5+08:00", "2024-02-29T10:14:55Z");
    check("2024-02-29t10:14Z", "2024-02-29T10:14:00Z");
    check("Thu, 29 Feb 2024 10:14:55 GMT", "2024-02-29T10:14:55Z");
    check("29 Feb 24 05:14 -0500", "2024-02-29T10:14:00Z");
    check("Thu Feb 29 10:14:55 2024", "2024-02-29T10:14:55Z");
}

#[test]
fn iso_8601_in_its_shapes() {
    check("20240229T101455Z", "2024-02-29T10:14:55Z");
    check("2024-02-29T101455+01:00", "2024-02-29T09:14:55Z");
    check("20240229101455", "2024-02-29T10:14:55Z");
    check("20240229", "2024-02-29T00:00:00Z");
    check("2024-02", "2024-02-01T00:00:00Z");
    check("2024", "2024-01-01T00:00:00Z");
    check("2024-060", "2024-02-29T00:00:00Z");
    check("2024-02-29 10:14:55", "2024-02-29T10:14:55Z");
    check("2024-02-29T24:00:00Z", "2024-03-01T00:00:00Z");
}

#[test]
fn publishers_habits() {
    check("Thu, 29 Feb 2024 10:14:55 EDT", "2024-02-29T14:14:55Z");
    check("Thu, 29 February 2024 05:14:00 ET", "2024-02-29T10:14:00Z");
    check("Mon, 29 July 2024 05:14:00 ET", "2024-07-29T09:14:00Z");
    check("Thu, 29 Feb 2024 10:14:55 Europe/Brussels", "2024-02-29T09:14:55Z");
    check("Thu, 29 Feb 2024 10:14:55 GMT+01:00", "2024-02-29T09:14:55Z");
    check("Thursday, February 29, 2024 - 3:09pm", "2024-02-29T15:09:00Z");
    check("February 29th, 2024 at 12:09 a.m.", "2024-02-29T00:09:00Z");
    check("Thu, 02/29/2024 - 19:19", "2024-02-29T19:19:00Z");
    check("Thu, 29 Feb 2024 10.14.55 -0700", "2024-02-29T17:14:55Z");
    check("Thu, 29 Feb 2024 10:14:55 L", "2024-02-29T10:14:55Z");
    check("Thu, 29 Feb 2024 (leap day) 10:14:55 GMT", "2024-02-29T10:14:55Z");
    check("29.02.2024 10:14", "2024-02-29T10:14:00Z");
    check("1709201695", "2024-02-29T10:14:55Z");
    check("1709201695000", "2024-02-29T10:14:55Z");
}

#[test]
fn other_languages() {
    check("jeu., 29 févr. 2024 10:14:55 +0100", "2024-02-29T09:14:55Z");
    check("Do, 29 Februar 2024 10:14:55 MEZ", "2024-02-29T09:14:55Z");
    check("mar. 5 mars 2024 10:14", "2024-03-05T10:14:00Z");
    check("Πεμ, 29 Φεβ 2024 10:14:55 EET", "2024-02-29T08:14:55Z");
    check("чт, 29 февраля 2024 10:14:55 +0300", "2024-02-29T07:14:55Z");
    check("2024년 02월 29일 오후 07:14:55", "2024-02-29T10:14:55Z");
    check("2024年2月29日 10:14:55", "2024-02-29T10:14:55Z");
}

#[test]
fn what_cannot_be_a_date_is_refused() {
    for text in [
        "",
        "yesterday",
        "Thu, 30 Feb 2024 10:14:55 GMT",
        "2024-13-01",
        "Thu, 29 Feb x 10:14:55 GMT",
        "29 Feb 2024 25:14",
        "2024-02-29T10:14:61Z",
        "2024-02-29T10:14:55-99:99",
        "Thu, 29 Feb 2024 10:14:55 +zz:00",
        "12345",
        "29 Feb",
    ] {
        check(text, "");
    }
}

#[test]
fn a_local_time_takes_the_zone_that_is_hinted() {
    let paris = Hints { zone: TimeZone::get("Europe/Paris").ok(), formats: vec!["%m-%d-%Y %H:%M".to_owned()] };
    check_with("2024-02-29 10:14:55", "2024-02-29T09:14:55Z", &paris);
    check_with("02-29-2024 17:05", "2024-02-29T16:05:00Z", &paris);
    check_with("Thu, 29 Feb 2024 10:14:55 GMT", "2024-02-29T10:14:55Z", &paris);
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,60}", format in "%?[a-zA-Z %]{0,8}") {
        let _ = read(&text, &Hints { zone: None, formats: vec![format] });
        let _ = offset(&text);
    }

    #[test]
    fn usual_notations_are_read_as_their_relatives_are(seconds in 0i64..4_000_000_000, offset in -14i32..=14) {
        let zone = Offset::from_hours(offset as i8).unwrap();
        let local = zone.to_datetime(Timestamp::from_second(seconds).unwrap());
        let offset = format!("{offset:+03}");
        for text in [
            format!("{} {offset}00", local.strftime("%a, %d %b %Y %H:%M:%S")),
            format!("{}{offset}:00", local.strftime("%Y-%m-%dT%H:%M:%S")),
        ] {
            proptest::prop_assert_eq!(read(&text, &Hints::default()), Some(seconds), "{}", text);
            let slowly = taken_apart(&text).and_then(|printed| instant(printed, &Hints::default()));
            proptest::prop_assert_eq!(slowly, Some(seconds), "{}", text);
        }
    }

    #[test]
    fn near_dates_do_not_panic(text in "(Mon|mar)?[,. ]?[0-9]{1,5}[-/. ]([A-Z][a-z]{2}|[0-9]{1,3})[-/. ][0-9]{0,5}[T ][0-9]{1,3}:[0-9]{1,3}(:[0-9]{1,3})?[ +-]?([0-9]{1,5}|[A-Z]{1,4})") {
        let _ = read(&text, &Hints::default());
    }
}
