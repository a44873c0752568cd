"""What people were told: by WhatsApp and Slack, as their stand-in kept it, and by
e-mail and SMS, as the local AWS did.

One is {"id", "time", "channel", "to", "subject", "text"}: the time in milliseconds
since 1970, the subject an e-mail's, or the name of WhatsApp's template.
"""

import html
import json

from . import emulated


def all_messages(inbox):
    """All of them, oldest first; `inbox` keeps what was posted."""
    told = [told_by_post(json.loads(line)) for line in list(inbox.lines)]
    told += [told_by_mail(mail) for mail in emulated.mails()]
    told += [told_by_text(phone, text) for phone, text in emulated.texts()]
    return sorted(told, key=lambda message: message["time"])


def told_by_post(line):
    if line["channel"] == "slack":
        # As Slack shows a text.
        to, subject, text = line["path"], None, html.unescape(line["body"].get("text", ""))
    else:
        template = line["body"].get("template", {})
        parameters = [one.get("text") for part in template.get("components", [])[:1] for one in part["parameters"]]
        to, subject, text = line["body"].get("to", ""), template.get("name"), "\n".join(filter(None, parameters))
    return message(line["id"], line["time"], line["channel"], to, subject, text)


def told_by_mail(mail):
    def shown(name):
        return mail.get(f"Rendered{name}") or mail.get(name) or ""

    text = shown("BodyText") or shown("BodyHtml")
    return message(mail["MessageId"], mail["Timestamp"], "email", ", ".join(mail.get("To", [])), shown("Subject"), text)


def told_by_text(phone, text):
    return message(text["MessageId"], text.get("SentAt", 0), "sms", phone, None, text["Message"])


def message(number, time, channel, to, subject, text):
    return {"id": number, "time": round(time * 1000), "channel": channel, "to": to, "subject": subject, "text": text}
