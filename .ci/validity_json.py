"""JSON Feed 1.1 as `validity` holds it."""
from validity import MIME, WEB

FEED = {"version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str, "user_comment": str, "next_url": str, "icon": str,
        "favicon": str, "authors": list, "language": str, "expired": bool, "hubs": list, "items": list}
ITEM = {"id": str, "url": str, "external_url": str, "title": str, "content_html": str, "content_text": str, "summary": str, "image": str,
        "banner_image": str, "date_published": str, "date_modified": str, "authors": list, "tags": list, "language": str, "attachments": list}
AUTHOR = {"name": str, "url": str, "avatar": str}
ATTACHMENT = {"url": str, "mime_type": str, "title": str, "size_in_bytes": (int, float), "duration_in_seconds": (int, float)}
ADDRESSES = {"home_page_url", "feed_url", "next_url", "icon", "favicon", "url", "external_url", "image", "banner_image", "avatar"}


def check(feed, report):
    if not isinstance(feed, dict):
        return report.say("NotAnObject", "feed")
    members(feed, FEED, "feed", report)
    required(feed, ("version", "title", "items"), "feed", report)
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        report.say("InvalidVersion", "feed", feed.get("version"))
    for hub in feed.get("hubs", []):
        members(hub, {"type": str, "url": str}, "hub", report)
        required(hub, ("type", "url"), "hub", report)
    ids = set()
    for item in feed.get("items", []):
        members(item, ITEM, "item", report)
        required(item, ("id",), "item", report)
        if item.get("id") in ids:
            report.say("DuplicateIds", "item", item.get("id"))
        ids.add(item.get("id"))
        if "content_html" not in item and "content_text" not in item:
            report.say("MissingContent", "item", item.get("id"))
        if "content_html" in item:
            report.html(item["content_html"], "item/content_html")
        for name in ("title", "summary", "content_text"):
            report.characters(item.get(name, ""), f"item/{name}")
        for name in ("date_published", "date_modified"):
            if name in item:
                report.instant(item[name], f"item/{name}")
        for tag in item.get("tags", []):
            if not isinstance(tag, str) or not tag:
                report.say("InvalidTag", "item", tag)
        for one in item.get("attachments", []):
            members(one, ATTACHMENT, "attachment", report)
            required(one, ("url", "mime_type"), "attachment", report)
            if not MIME.match(one.get("mime_type", "x/y")):
                report.say("InvalidMIMEType", "attachment", one["mime_type"])
    for holder in [feed, *feed.get("items", [])]:
        for author in holder.get("authors", []):
            members(author, AUTHOR, "author", report)
            if not author.keys() & AUTHOR.keys():
                report.say("MissingElement", "author", "name, url or avatar")


def members(found, known, where, report):
    """Names and types; what begins with an underscore is an extension's."""
    for name, value in found.items():
        if name.startswith("_"):
            if not isinstance(value, dict):
                report.say("InvalidExtension", where, name)
        elif name not in known:
            report.say("UndefinedElement", where, name)
        elif not isinstance(value, known[name]):
            report.say("InvalidValue", f"{where}/{name}", value)
        elif value == "" or value is None:
            report.say("NotBlank", where, name)
        elif name in ADDRESSES:
            report.address(value, f"{where}/{name}")
        elif name == "language":
            report.language(value, where)


def required(found, names, where, report):
    for name in names:
        if name not in found:
            report.say("MissingElement", where, name)
