"""RSS 2.0 and the RSS Board's profile as `validity` holds them."""
from validity import ATOM, CONTENT, DC, GEORSS, HISTORY, MEDIA, MIME, OURS, WEB
from validity_atom import link

CHANNEL = {"title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate", "generator", "docs",
           "cloud", "ttl", "image", "rating", "textInput", "skipHours", "skipDays", HISTORY + "archive", OURS + "instance"}
ITEM = {"title", "link", "description", "author", "comments", "enclosure", "guid", "pubDate", "source", CONTENT + "encoded", ATOM + "updated",
        DC + "language", DC + "rights", GEORSS + "point", GEORSS + "featureName", OURS + "original-id"}


def channel(root, report):
    found = root.find("channel")
    if root.tag != "rss" or found is None:
        return report.say("UndefinedElement", "document", root.tag)
    if root.get("version") != "2.0":
        report.say("InvalidRSSVersion", "document", root.get("version"))
    seen = report.children(found, CHANNEL, {"category", "item", ATOM + "link"}, "channel")
    for name, code in (("title", "MissingTitle"), ("link", "MissingLink"), ("description", "MissingDescription")):
        if name not in seen:
            report.say(code, "channel")
    head(found, report)
    if not any(one.get("rel") == "self" for one in found.findall(ATOM + "link")):
        report.say("MissingAtomSelfLink", "channel")
    first = next((at for at, child in enumerate(found) if child.tag == "item"), len(found))
    if any(child.tag != "item" for child in found[first:]):
        report.say("MisplacedItem", "channel")
    guids = set()
    for one in found.findall("item"):
        item(one, report)
        guid = one.findtext("guid")
        if guid and guid in guids:
            report.say("DuplicateValue", "item/guid", guid)
        guids.add(guid)


def head(found, report):
    title, address = found.findtext("title"), found.findtext("link")
    if not title:
        report.say("NotBlank", "channel", "title")
    for name in ("title", "description", "copyright"):
        report.plain(found.findtext(name), f"channel/{name}", "ContainsHTML")
    report.address(address, "channel/link")
    for name in ("pubDate", "lastBuildDate"):
        if found.find(name) is not None:
            report.mail_date(found.findtext(name), f"channel/{name}")
    if found.find("language") is not None:
        report.language(found.findtext("language"), "channel/language")
        if found.find(DC + "language") is not None:
            report.say("DuplicateSemantics", "channel", "dc:language")
    picture = found.find("image")
    if picture is not None:
        for name, code in (("title", "MissingTitle"), ("url", "MissingElement"), ("link", "MissingLink")):
            if picture.find(name) is None:
                report.say(code, "image", name)
        report.address(picture.findtext("url"), "image/url")
        if picture.findtext("link") != address:
            report.say("ImageLinkDoesntMatch", "image", picture.findtext("link"))
        if picture.findtext("title") != title:
            report.say("ImageTitleDoesntMatch", "image", picture.findtext("title"))
    for one in found.findall(ATOM + "link"):
        link(one, "channel", report)


def item(one, report):
    report.attributes(one, (), "item")
    often = {"category", ATOM + "link", DC + "creator", DC + "contributor", MEDIA + "content", MEDIA + "thumbnail"}
    seen = report.children(one, ITEM, often, "item")
    if "title" not in seen and "description" not in seen:
        report.say("ItemMustContainTitleOrDescription", "item")
    if "title" in seen and not (one.findtext("title") or "").strip():
        report.say("NotBlank", "item", "title")
    for name in ("link", "comments"):
        if name in seen:
            report.address(one.findtext(name), f"item/{name}")
    if "description" in seen:
        report.html(one.findtext("description") or "", "item/description")
    if CONTENT + "encoded" in seen:
        report.html(one.findtext(CONTENT + "encoded") or "", "item/content:encoded")
        tags = [child.tag for child in one]
        if "description" not in seen or tags.index("description") > tags.index(CONTENT + "encoded"):
            report.say("NeedDescriptionBeforeContent", "item")
    guid(one.find("guid"), report)
    if "pubDate" in seen:
        report.mail_date(one.findtext("pubDate"), "item/pubDate")
    if ATOM + "updated" in seen:
        report.instant(one.findtext(ATOM + "updated"), "item/atom:updated")
    if "author" in seen and DC + "creator" in seen:
        report.say("DuplicateItemSemantics", "item", "author")
    if DC + "language" in seen:
        report.language(one.findtext(DC + "language"), "item/dc:language")
    report.plain(one.findtext(DC + "rights"), "item/dc:rights", "ContainsHTML")
    for name in ("category", "source"):
        for child in one.findall(name):
            report.attributes(child, {"domain"} if name == "category" else {"url"}, f"item/{name}")
            if not (child.text or "").strip():
                report.say("NotBlank", f"item/{name}")
            report.plain(child.text, f"item/{name}", "ContainsHTML")
    if "source" in seen:
        report.address(one.find("source").get("url"), "item/source")
    for child in one.findall("enclosure"):
        enclosure(child, report)
    for child in one.findall(ATOM + "link"):
        link(child, "item", report)
    for child in one:
        report.media(child, "item")


def guid(child, report):
    if child is None:
        return report.say("MissingGuid", "item")
    report.attributes(child, {"isPermaLink"}, "item/guid")
    if child.get("isPermaLink", "true") not in ("true", "false"):
        report.say("InvalidBooleanAttribute", "item/guid", child.get("isPermaLink"))
    elif child.get("isPermaLink", "true") == "true":
        report.address(child.text, "item/guid", "InvalidHttpGUID")
    elif (child.text or "").isdigit() and len(child.text) < 9:
        report.say("NotSufficientlyUnique", "item/guid", child.text)
    if not child.text:
        report.say("NotBlank", "item/guid")


def enclosure(child, report):
    report.attributes(child, {"url", "length", "type"}, "item/enclosure")
    for name in ("url", "length", "type"):
        if name not in child.attrib:
            report.say("MissingAttribute", "item/enclosure", name)
    if not WEB.match(child.get("url", "")):
        report.say("InvalidURLAttribute", "item/enclosure", child.get("url"))
    report.number(child.get("length", "0"), "item/enclosure length")
    if not MIME.match(child.get("type", "x/y")):
        report.say("InvalidMIMEAttribute", "item/enclosure", child.get("type"))
