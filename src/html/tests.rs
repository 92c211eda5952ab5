use proptest::prelude::*;

use super::*;

fn html(value: &str) -> Text {
    Text { value: value.to_owned(), kind: TextKind::Html, ..Text::default() }
}

fn base() -> Option<Url> {
    Url::parse("https://example.org/world/").ok()
}

fn check(value: &str, expected: &str) {
    assert_eq!(clean(&html(value), base().as_ref()), expected, "{value}");
}

#[test]
fn nothing_runs_tracks_or_restyles() {
    check("<p onclick=\"x()\" style=\"color:red\">a</p>", "<p>a</p>");
    check("a<script>x()</script><style>p{}</style>b", "ab");
    check("<a href=\"javascript:x()\">a</a>", "<a>a</a>");
    check("<iframe src=\"https://example.org/\"></iframe>a", "a");
    check("<form><input value=\"x\">a</form>", "a");
    check("<img src=\"https://t.example.org/p.gif\" width=\"1\" height=\"1\">a", "a");
}

#[test]
fn what_tells_the_news_stays() {
    check(
        "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>",
        "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>",
    );
    check("<ruby>漢<rt>kan</rt></ruby>", "<ruby>漢<rt>kan</rt></ruby>");
    check(
        "<figure><img src=\"a.jpg\"><figcaption>b</figcaption></figure>",
        "<figure><img src=\"https://example.org/world/a.jpg\"><figcaption>b</figcaption></figure>",
    );
    check("<p dir=\"rtl\" lang=\"ar\">مرحبا</p>", "<p dir=\"rtl\" lang=\"ar\">مرحبا</p>");
}

#[test]
fn plain_text_stays_plain() {
    let text = Text { value: "1 < 2 & <b>".to_owned(), ..Text::default() };
    assert_eq!(clean(&text, None), "1 &lt; 2 &amp; &lt;b&gt;");
    assert_eq!(plain_text(&text), "1 < 2 & <b>");
    assert_eq!(plain_text(&html("a <b>b</b>&amp;\n c&nbsp;d")), "a b& c d");
}

#[test]
fn html_is_told_from_text() {
    for (text, expected) in [
        ("a <b>c</b>", true),
        ("AT&amp;T", true),
        ("2 > 1 < 3", false),
        ("Use <blink>", false),
        ("<3 & more", false),
        ("a<br>b", true),
    ] {
        assert_eq!(looks_like_html(text), expected, "{text}");
    }
}

#[test]
fn deep_and_endless_markup_is_bounded() {
    let deep = "<div>".repeat(5_000) + "a";
    assert!(
        clean(&html(&deep), None)
            .ends_with(&("a".to_owned() + &"</div>".repeat(clean(&html(&deep), None).matches("</div>").count())))
    );
    let ampersands = "&".repeat(30_000);
    assert_eq!(plain_text(&html(&ampersands)), ampersands);
    let attributes = format!("<a {}>a</a>", "b=c ".repeat(5_000));
    assert_eq!(clean(&html(&attributes), None), "<a>a</a>");
    let endless = "<p>a".repeat(100_000);
    assert_eq!(clean(&html(&endless), None), "a".repeat(100_000));
}

/// What decides how markup nests, and what hides markup or ends it early.
const NASTY: &str = "(<(p|b|i|u|nobr|font|code|a href='x'|img src='y'|br|hr|div|pre|h1|h2|ul|li|dl|dt|dd|table|caption|colgroup|col|tbody|tr|td|th|svg|math|mi|mtext|desc|title|annotation-xml|foreignObject|select|option|button|form|iframe src='//www.youtube.com/x'|noscript|template|textarea|script|style|ruby|rt|object|details|summary|video|source|x-y|!--|!\\[CDATA\\[|\\?)/?>|</(p|b|i|u|nobr|font|code|a|img|br|div|pre|h1|h2|ul|li|dl|dt|dd|table|caption|tbody|tr|td|svg|math|mi|mtext|desc|title|select|option|button|form|iframe|noscript|template|textarea|script|style|ruby|object|body|html|x-y)>|[a-z]{1,2}| |\n|\r|\u{0}|&|;|<|>|&lt;|&#10;|&#60;|&nbsp;|&copy|--|-->|]]>){0,12}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn cleaned_markup_is_safe_and_stays_as_it_is(value in NASTY) {
        let base = base();
        let once = clean(&html(&value), base.as_ref());
        prop_assert!(!["<script", "<style", "<form", "<template"].iter().any(|tag| once.contains(tag)), "{}", once);
        prop_assert_eq!(clean(&html(&once), base.as_ref()), once, "of {}", value);
    }
}

/// The pieces that decide how markup nests, and all that text and values may hold.
const PIECES: &str = "(<(p|b|i|a href=\"x?a=1&b=2&copy=3\"|a href='https://example.org/'|a href=\"javascript:x\"|a title=\"&quot;&lt;\" class=x|img src=\"y\" alt=\"a&amp;b\"|img src=\"data:image/png;x\" onclick=\"y\" |br|br/|hr|div|h2|h3|ul|ol|li|dl|dt|dd|pre|table|td|span style=\"a\"|font color=\"#fff\"|blockquote cite=\"x\"|figure|code|u)>|</(p|b|i|a|div|h2|h3|ul|ol|li|dl|dt|dd|pre|table|td|span|font|blockquote|figure|code|u)>|[a-z ]{0,3}|\n|\r|\u{a0}|\u{ab}|&|&amp;|&lt;|&#39;|&copy|&x|&nbsp;|<|>|\"|<!-- a -->|<!-|--|-->|&#32;|&#10;|&#x41;|<img src=x border></img>|</br>){0,10}";

fn check_regular(html: &str, expected: Option<&str>) {
    assert_eq!(regular::cleaned(html, &Base::of(None, base().as_ref())).as_deref(), expected, "{html}");
}

#[test]
fn only_regular_markup_counts() {
    check_regular("<p>a<br/>b</p>", Some("<p>a<br>b</p>"));
    check_regular("<p>a<!-- b --><i>c", Some("<p>a<i>c</i></p>"));
    check_regular(
        "<img src=\"https://example.org/a\" ismap onclick></img>&#32;",
        Some("<img src=\"https://example.org/a\" ismap=\"\"> "),
    );
    check_regular(
        "<p class='x' onclick=\"y\">a > b\u{a0}&amp; c</p>",
        Some("<p class=\"x\">a &gt; b&nbsp;&amp; c</p>"),
    );
    check_regular("<a href=\"b?c=1&d=2\">e</a>", Some("<a href=\"https://example.org/world/b?c=1&amp;d=2\">e</a>"));
    check_regular("<a href=\"javascript:x\">e</a>", Some("<a>e</a>"));
    check_regular("<ul><li>a<ul><li>b</li></ul></li></ul>", Some("<ul><li>a<ul><li>b</li></ul></li></ul>"));
    let irregular = [
        "<p>a</p></p>",
        "<p><p>a</p></p>",
        "<p><div>a</div></p>",
        "<b><i>a</b></i>",
        "<a><b><a>b</a></b></a>",
        "<li>a</li>",
        "<P>a</P>",
        "<p/>",
        "<script>a</script>",
        "<a href=b>c</a>",
        "<pre>\na</pre>",
        "<h2><h3>a</h3></h2>",
        "a &copy b",
        "<td>a</td>",
        "a < b",
        "<!-->a",
        "<p a ='b'>c</p>",
        "<p a='1' a='2'>b</p>",
    ];
    irregular.iter().for_each(|html| check_regular(html, None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn regular_markup_comes_out_as_by_tree(value in PIECES) {
        if let Some(found) = regular::cleaned(&value, &Base::of(None, base().as_ref())) {
            prop_assert_eq!(found, policy::clean(&value, base().as_ref()), "{}", value);
        }
        if let Some(found) = regular::text(&value) {
            prop_assert_eq!(found, policy::text(&value), "{}", value);
        }
    }
}

proptest! {
    #[test]
    fn white_space_is_folded_as_unicode_has_it(text in "([a-zé— \\t\\n\u{85}\u{a0}\u{1680}\u{2003}\u{2028}\u{205f}\u{3000}日ー\u{1c}]| {1,3}){0,40}") {
        prop_assert_eq!(folded(&text), text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}
