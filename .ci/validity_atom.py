"""RFC 4287, 5005 and 6721 as `validity` holds them."""
from validity import ATOM, GEORSS, HISTORY, HISTORY_RELATIONS, MEDIA, MIME, OURS, RELATIONS, TOMBSTONES, EMAIL, URI

ONCE = {ATOM + name for name in ("id", "title", "updated", "rights")}
FEED = ONCE | {ATOM + name for name in ("subtitle", "generator", "icon", "logo")} | {HISTORY + "archive", HISTORY + "complete", OURS + "instance"}
OFTEN = {ATOM + name for name in ("author", "category", "contributor", "link")}
ENTRY = ONCE | {ATOM + name for name in ("content", "published", "source", "summary")} | {GEORSS + "point", GEORSS + "featureName", OURS + "original-id"}
EXTENSIONS = {MEDIA + "content", MEDIA + "thumbnail"}


def feed(root, report):
    if root.tag != ATOM + "feed":
        return report.say("ObsoleteNamespace" if root.tag.endswith("feed") else "UndefinedElement", "document", root.tag)
    report.attributes(root, (), "feed")
    seen = report.children(root, FEED, OFTEN | {ATOM + "entry", TOMBSTONES + "deleted-entry"}, "feed")
    missing(seen, ("id", "title", "updated"), "feed", report)
    metadata(root, "feed", report)
    relations = [link.get("rel") for link in root.findall(ATOM + "link")]
    if "self" not in relations:
        report.say("MissingSelf", "feed")
    if HISTORY + "archive" in seen and "current" not in relations:
        report.say("MissingCurrentInArchive", "feed")
    for gone in root.findall(TOMBSTONES + "deleted-entry"):
        report.address(gone.get("ref"), "deleted-entry ref")
        report.instant(gone.get("when"), "deleted-entry when")
    entries = root.findall(ATOM + "entry")
    has_author = ATOM + "author" in seen
    if not entries and not has_author:
        report.say("MissingElement", "feed", "author")
    ids, moments = set(), set()
    for one in entries:
        entry(one, has_author, report)
        id, moment = one.findtext(ATOM + "id"), one.findtext(ATOM + "updated")
        if id in ids:
            report.say("DuplicateEntries", "feed", id)
        if moment in moments:
            report.say("DuplicateUpdated", "feed", moment)
        ids.add(id)
        moments.add(moment)


def missing(seen, names, where, report, code="MissingElement"):
    for name in names:
        if ATOM + name not in seen:
            report.say(code, where, name)


def metadata(element, where, report):
    """What feed, entry and source have alike."""
    for child in element:
        name = child.tag.removeprefix(ATOM)
        at = f"{where}/{name}"
        if name == "id":
            report.attributes(child, (), at)
            report.identifier(child.text, at)
        elif name in ("updated", "published"):
            report.instant(child.text, at)
        elif name in ("title", "subtitle", "rights", "summary"):
            text(child, at, report)
        elif name in ("author", "contributor"):
            person(child, at, report)
        elif name == "link":
            link(child, where, report)
        elif name == "category":
            category(child, at, report)
        elif name in ("icon", "logo"):
            report.address(child.text, at)
        elif name == "generator":
            report.attributes(child, {"uri", "version"}, at)
            if not (child.text or "").strip():
                report.say("NotBlank", at)
    links(element, where, report)


def text(child, where, report):
    report.attributes(child, {"type", "src"}, where)
    kind, words = child.get("type", "text"), child.text or ""
    if kind not in ("text", "html", "xhtml"):
        report.say("InvalidTextType" if not child.tag.endswith("content") or not MIME.match(kind) else "InvalidMIMEType", where, kind)
    if kind != "xhtml" and len(child):
        report.say("UndefinedElement", where, child[0].tag)
    if not words and not len(child) and not child.get("src"):
        report.say("NotBlank", where)
    report.html(words, where) if kind == "html" else report.plain(words, where)


def person(child, where, report):
    seen = report.children(child, {ATOM + "name", ATOM + "uri", ATOM + "email"}, (), where)
    missing(seen, ("name",), where, report)
    if not (child.findtext(ATOM + "name") or "").strip():
        report.say("NotBlank", where, "name")
    report.plain(child.findtext(ATOM + "name"), where)
    if ATOM + "uri" in seen:
        report.address(child.findtext(ATOM + "uri"), where)
    if ATOM + "email" in seen and not EMAIL.match(child.findtext(ATOM + "email") or ""):
        report.say("InvalidContact", where, child.findtext(ATOM + "email"))


def category(child, where, report):
    report.attributes(child, {"term", "scheme", "label"}, where)
    if not child.get("term"):
        report.say("MissingAttribute", where, "term")
    if "scheme" in child.attrib:
        report.address(child.get("scheme"), where)
    report.plain(child.get("label"), where)


def link(child, parent, report):
    where, relation = f"{parent}/link", child.get("rel", "alternate")
    report.attributes(child, {"href", "rel", "type", "hreflang", "title", "length"}, where)
    if (child.text or "").strip() or len(child):
        report.say("AtomLinkNotEmpty", where)
    if "href" not in child.attrib:
        report.say("MissingHref", where)
    else:
        report.address(child.get("href"), f"{where} {relation}", "InvalidIRI")
    if relation not in RELATIONS and not URI.match(relation):
        report.say("UnregisteredAtomLinkRel", where, relation)
    if parent == "entry" and relation in HISTORY_RELATIONS:
        report.say("FeedHistoryRelInEntry", where, relation)
    kind = child.get("type")
    if kind is not None and not MIME.match(kind):
        report.say("InvalidMIMEType", where, kind)
    elif kind and relation == "self" and kind.split(";")[0] not in ("application/atom+xml", "application/rss+xml"):
        report.say("SelfNotAtom", where, kind)
    if "length" in child.attrib:
        report.number(child.get("length"), where)
    if "hreflang" in child.attrib:
        report.language(child.get("hreflang"), where)
    if "title" in child.attrib:
        if not child.get("title"):
            report.say("AttrNotBlank", where, "title")
        report.plain(child.get("title"), where)


def links(element, where, report):
    """RFC 4287 §4.1.2: one alternate of a type and language; one document is linked once in one way."""
    seen = set()
    for one in element.findall(ATOM + "link"):
        relation = one.get("rel", "alternate")
        key = (relation, one.get("type"), one.get("hreflang")) if relation in ("alternate", "self") else (relation, one.get("href"))
        if key in seen:
            report.say("DuplicateAtomLink", where, str(key))
        seen.add(key)


def entry(one, feed_has_author, report):
    report.attributes(one, (), "entry")
    seen = report.children(one, ENTRY, OFTEN | EXTENSIONS, "entry")
    missing(seen, ("id", "title", "updated"), "entry", report)
    metadata(one, "entry", report)
    alternates = [link for link in one.findall(ATOM + "link") if link.get("rel", "alternate") == "alternate"]
    if ATOM + "content" in seen:
        content(one.find(ATOM + "content"), one, report)
    elif not alternates:
        report.say("MissingContentOrAlternate", "entry", one.findtext(ATOM + "id"))
    elif ATOM + "summary" not in seen and not (one.findtext(ATOM + "title") or "").strip():
        report.say("MissingTextualContent", "entry")
    source = one.find(ATOM + "source")
    if ATOM + "author" not in seen and not feed_has_author and (source is None or source.find(ATOM + "author") is None):
        report.say("MissingElement", "entry", "author")
    if source is not None:
        has = report.children(source, FEED, OFTEN, "source")
        missing(has, ("id", "title", "updated"), "source", report, "MissingSourceElement")
        metadata(source, "source", report)
    for child in one:
        report.media(child, "entry")


def content(child, one, report):
    kind = child.get("type", "text")
    if "src" in child.attrib:
        report.address(child.get("src"), "entry/content")
        if one.find(ATOM + "summary") is None:
            report.say("MissingSummary", "entry")
    elif kind in ("text", "html", "xhtml"):
        text(child, "entry/content", report)
    elif not MIME.match(kind) or kind.startswith("multipart/"):
        report.say("InvalidMIMEType", "entry/content", kind)
