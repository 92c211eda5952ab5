"""What a feed document must be: the rules of the W3C's feed validator, as far as they concern what headlined writes, and
those of JSON Feed 1.1.

`atom`, `rss` and `json_feed` take a document's bytes and give what is wrong with it as (code, where and what) pairs; codes
are the validator's names, and WARNINGS has those that it only warns of. Needs html5lib (PyPI).
"""
import datetime
import email.utils
import json
import re
import time
import xml.etree.ElementTree as ElementTree

import html5lib

ATOM, MEDIA, GEORSS = "{http://www.w3.org/2005/Atom}", "{http://search.yahoo.com/mrss/}", "{http://www.georss.org/georss}"
HISTORY, TOMBSTONES = "{http://purl.org/syndication/history/1.0}", "{http://purl.org/atompub/tombstones/1.0}"
CONTENT, DC = "{http://purl.org/rss/1.0/modules/content/}", "{http://purl.org/dc/elements/1.1/}"
OURS, XML, THREAD = "{urn:headlined:1}", "{http://www.w3.org/XML/1998/namespace}", "{http://purl.org/syndication/thread/1.0}"

WARNINGS = {
    "AtomLinkNotEmpty", "AttrNotBlank", "BadCharacters", "CharacterData", "ContainsHTML", "ContainsRelRef", "ContainsUndeclaredHTML",
    "DangerousStyleAttr", "DuplicateEnclosure", "DuplicateEntries", "DuplicateItemSemantics", "DuplicateSemantics", "DuplicateUpdated",
    "FeedHistoryRelInEntry", "ForeignMarkup", "ImageLinkDoesntMatch", "ImageTitleDoesntMatch", "ImageUrlFormat", "ImplausibleDate", "MissingAtomSelfLink",
    "MissingGuid", "MissingSelf", "MissingSourceElement", "MissingTextualContent", "NeedDescriptionBeforeContent", "NonCanonicalURI", "NotBlank",
    "NotHtml", "NotSufficientlyUnique", "ProblematicalRFC822Date", "SchemeNotIANARegistered", "SecurityRisk", "SecurityRiskAttr",
    "SelfNotAtom", "UnknownNamespace", "UnregisteredAtomLinkRel",
}
RELATIONS = set("alternate current describedby edit edit-media enclosure first hub last license next next-archive payment prev-archive "
                "previous related replies search self service up via".split())
HISTORY_RELATIONS = {"current", "first", "last", "next", "next-archive", "prev-archive", "previous"}
SCHEMES = set("ftp http https mailto news nntp urn tag data tel geo info doi cid mid sip sips xmpp im about".split())
KNOWN_NAMESPACES = {name.strip("{}") for name in (ATOM, MEDIA, GEORSS, HISTORY, CONTENT, DC, XML, THREAD)} | {"http://www.w3.org/1999/xhtml"}
# What a reader may be given to show, and what is HTML at all (the validator's lists, without what no feed has).
SHOWN = set("""a abbr acronym address area article aside audio b bdi big blockquote br button canvas caption center cite code col colgroup
    data dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input
    ins kbd label legend li main map mark menu meter nav noscript ol optgroup option output p picture pre progress q rp rt ruby s samp section
    select small source span strike strong sub summary sup table tbody td textarea tfoot th thead time tr track tt u ul var video wbr""".split())
HTML = SHOWN | set("applet base basefont body bgsound embed frame frameset head html iframe link meta noframes object param script style title xmp".split())
ATTRIBUTES = set("""abbr align alt autoplay border cellpadding cellspacing char charoff charset checked cite class clear color cols colspan compact
    controls coords crossorigin datetime decoding default dir disabled download face for frame headers height high href hreflang hspace id ismap kind
    label lang loading longdesc loop low max media min muted name noshade nowrap open optimum poster preload referrerpolicy rel rev reversed rows rowspan
    rules scope shape size sizes span src srclang srcset start summary tabindex target title translate type usemap valign value vspace width
    xml:lang""".split())
MIME = re.compile(r"[^\s()<>,;:\\\"/[\]?=]+/[^\s()<>,;:\\\"/[\]?=]+(\s*;\s*[^\s()<>,;:\\\"/[\]?=]+=(\"(\\\"|[^\"])*\"|[^\s()<>,;:\\\"/[\]?=]+))*$")
URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+\-.]*:(//)?(\[[0-9A-Fa-f:]+\])?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+$")
URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:([a-z0-9()+,.:=@;$_!*'\-]|%[0-9a-f]{2})+$", re.I)
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.I)
TAG = re.compile(r"tag:([a-z0-9\-._]+@)?[a-z0-9][a-z0-9.\-]*,\d{4}(-\d\d(-\d\d)?)?:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*(#[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*)?$")
WEB = re.compile(r"https?://(\d{1,3}(\.\d{1,3}){3}|([a-z0-9\-_]+\.)+[a-z0-9\-]+)(:\d+)?(/|\?|$)", re.I)
RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$")
RFC822 = re.compile(r"((Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d\d? (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d(:\d\d)? "
                    r"([+-]\d\d[03]0|UT|GMT|[ECMP][SD]T|Z)$")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*$", re.I)
EMAIL = re.compile(r"[a-z0-9_\-+.']+@(\d{1,3}(\.\d{1,3}){3}|([a-z0-9\-]+\.)+[a-z0-9][-a-z0-9]*)$", re.I)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FIRST_YEAR, CLOCKS_DIFFER = 1990, 600


class Report(list):
    """What was found, as (code, where and what)."""

    def say(self, code, where, what=""):
        self.append((code, f"{where}: {what!r}"[:240]))

    def address(self, value, where, code="InvalidFullLink"):
        value = value or ""
        scheme = value.split(":")[0].lower()
        if scheme == "tag":
            return TAG.match(value) or self.say("InvalidTAG", where, value)
        if scheme == "urn":
            form, wrong = (UUID, "InvalidUUID") if value.lower().startswith("urn:uuid:") else (URN, "InvalidURN")
            return form.match(value) or self.say(wrong, where, value)
        try:
            ascii = value if value.isascii() else "".join(c if c.isascii() else "%80" for c in value)
        except UnicodeError:
            ascii = value
        if not URI.match(ascii) or (scheme in ("http", "https", "ftp") and not re.match(r"\w+://[^/].*", value)):
            self.say("InvalidUriChar" if re.search(r"[\s<>\"{}|\\^`\x00-\x1f\[\]]", value) else code, where, value)
        elif not value.isascii():
            self.say("UriNotIri", where, value)
        elif scheme.isalpha() and scheme not in SCHEMES:
            self.say("SchemeNotIANARegistered", where, value)

    def identifier(self, value, where):
        self.address(value, where)
        if WEB.match(value or "") and not re.match(r"https?://[^/A-Z?#]+/", value):
            self.say("NonCanonicalURI", where, value)

    def instant(self, value, where):
        found = RFC3339.match(value or "")
        try:
            year, month, day, hour, minute, second = map(int, found.groups()[:6])
            at = datetime.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=datetime.timezone.utc)
        except (AttributeError, ValueError):
            return self.say("InvalidRFC3339Date", where, value)
        if year < FIRST_YEAR or at.timestamp() > time.time() + 86_400:
            self.say("ImplausibleDate", where, value)

    def mail_date(self, value, where):
        if not RFC822.match(value or ""):
            return self.say("InvalidRFC2822Date", where, value)
        try:
            at = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return self.say("InvalidRFC2822Date", where, value)
        if "," in value and at.strftime("%a") != value[:3]:
            self.say("IncorrectDOW", where, value)
        if at.year < FIRST_YEAR or at.timestamp() > time.time() + CLOCKS_DIFFER:
            self.say("ImplausibleDate", where, value)

    def plain(self, text, where, code="ContainsUndeclaredHTML"):
        """A text that is shown as it stands: what looks like HTML was probably meant to be read as such."""
        text = text or ""
        self.characters(text, where)
        if any(tag.lower() in HTML for tag in re.findall(r"</(\w+)>", text)):
            self.say(code, where, text)
        elif re.search(r"&(amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip|#\d+|#x[0-9a-f]+);", text):
            self.say(code, where, text)

    def characters(self, text, where):
        if re.search("[\x80-\x9f\ufffd]", text):
            self.say("BadCharacters", where, re.search("..[\x80-\x9f\ufffd]..|.", text, re.S).group())

    def html(self, text, where):
        self.characters(text, where)
        try:
            tree = html5lib.HTMLParser(strict=True).parseFragment(text)
        except html5lib.html5parser.ParseError as error:
            return self.say("NotHtml", where, f"{error}: {text[:100]}")
        for element in tree.iter():
            if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
                continue
            tag = element.tag.split("}")[-1].lower()
            if element.tag.startswith("{http://www.w3.org/") and not element.tag.startswith("{http://www.w3.org/1999/xhtml}"):
                self.say("ForeignMarkup", where, tag)
                continue
            if tag not in HTML:
                self.say("NotHtml", where, tag)
            elif tag not in SHOWN:
                self.say("SecurityRisk", where, tag)
            for name, value in element.attrib.items():
                if name == "style":
                    self.say("DangerousStyleAttr", where, value)
                elif name not in ATTRIBUTES and not name.startswith("data-"):
                    self.say("SecurityRiskAttr", where, f"{tag} {name}")
                if (tag, name) in (("a", "href"), ("img", "src")) and not re.match(r"\w+:", value.strip()):
                    self.say("ContainsRelRef", where, value)

    def language(self, value, where):
        if not LANGUAGE.match(value or ""):
            self.say("InvalidLanguage", where, value)

    def number(self, value, where, least=0):
        if not re.match(r"\d+$", value or "") or int(value) < least:
            self.say("InvalidNonNegativeInteger", where, value)

    def children(self, element, once, often=(), where=""):
        """Which elements stand here: those that may stand once, and those that may stand often."""
        seen = set()
        for child in element:
            if not isinstance(child.tag, str):
                continue
            if child.tag not in once and child.tag not in often:
                self.say("UndefinedElement", where, child.tag)
            elif child.tag in seen and child.tag in once:
                self.say("DuplicateElement", where, child.tag)
            seen.add(child.tag)
        return seen

    def attributes(self, element, allowed, where):
        for name in element.attrib:
            if name not in allowed and not name.startswith((XML, THREAD)):
                self.say("UnexpectedAttribute", where, name)
        if XML + "lang" in element.attrib:
            self.language(element.get(XML + "lang"), where)

    def namespaces(self, document):
        for prefix, name in re.findall(rb'xmlns:(\w+)="([^"]*)"', document):
            if name.decode() not in KNOWN_NAMESPACES:
                self.say("UnknownNamespace", prefix.decode(), name.decode())

    def media(self, element, where):
        """Media RSS and GeoRSS of an entry."""
        if element.tag == MEDIA + "content":
            self.attributes(element, {"url", "medium", "type", "fileSize", "width", "height", "duration", "isDefault", "lang"}, where)
            self.address(element.get("url"), where)
            if element.get("medium", "image") not in ("image", "audio", "video", "document", "executable"):
                self.say("InvalidMediaMedium", where, element.get("medium"))
            if not MIME.match(element.get("type", "x/y")):
                self.say("InvalidMIMEAttribute", where, element.get("type"))
            for name in ("fileSize", "width", "height"):
                self.number(element.get(name, "1"), f"{where} {name}", 1)
            self.children(element, {MEDIA + "description", MEDIA + "title"}, {MEDIA + "credit", MEDIA + "thumbnail"}, where)
            for child in element:
                self.media(child, where)
        elif element.tag == MEDIA + "thumbnail":
            self.address(element.get("url"), where)
        elif element.tag in (MEDIA + "description", MEDIA + "title"):
            self.plain(element.text, f"{where} {element.tag}")
        elif element.tag == GEORSS + "point":
            parts = (element.text or "").split()
            if len(parts) != 2 or not all(re.match(r"-?\d+(\.\d+)?$", part) for part in parts):
                self.say("InvalidCoordList", where, element.text)


def parsed(document, report):
    """The root, or None for what is no XML."""
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError as error:
        return report.say("UnicodeError", "document", str(error))
    if FORBIDDEN.search(text):
        report.say("SAXError", "document", "a character that XML forbids")
    if "<![CDATA[" in text:
        report.say("CDATA", "document", "RULES forbid it")
    report.namespaces(document)
    try:
        return ElementTree.fromstring(document)
    except ElementTree.ParseError as error:
        return report.say("SAXError", "document", str(error))


def checked(document, check):
    report = Report()
    root = parsed(document, report)
    if root is not None:
        check(root, report)
    return report


def atom(document):
    from validity_atom import feed
    return checked(document, feed)


def rss(document):
    from validity_rss import channel
    return checked(document, channel)


def json_feed(document):
    from validity_json import check
    report = Report()
    try:
        found = json.loads(document.decode("utf-8"))
    except ValueError as error:
        report.say("NotJson", "document", str(error))
        return report
    check(found, report)
    return report
