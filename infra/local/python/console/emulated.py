"""What the local AWS holds, read from its memory: asking costs no call, so a page
may do it every other second, and tells what AWS doesn't say (how old a queue's
messages are). All that the console knows of MiniStack's inside stands here.
"""

import json
import time
from bisect import bisect_left

from ministack.services import cloudwatch_logs, dynamodb, lambda_svc, ses, sns, sqs


def queues():
    """Pairs of a queue's name and its attributes with its messages."""
    return [(queue["name"], queue["attributes"], list(queue["messages"])) for queue in sqs._queues.values()]


def watch_queues(note):
    """Calls `note` with a queue's name and each message that is sent to it."""
    send = sqs._act_send_message

    def noted(data, url):
        result = send(data, url)
        queue = sqs._get_q(data.get("QueueUrl", url))
        for message in reversed(queue["messages"]):
            if message["id"] == result["MessageId"]:
                note(queue["name"], message)
                break
        return result

    sqs._act_send_message = sqs._HANDLERS["SendMessage"] = noted


def functions():
    """The deployed functions' configurations, by name."""
    return {name: record["config"] for name, record in lambda_svc._functions.items()}


def log_lines(function, since=0):
    """What a function logged from a time on (milliseconds since 1970): lists of
    events {"timestamp", "message"}, one for each process, oldest first."""
    group = cloudwatch_logs._log_groups.get(f"/aws/lambda/{function}")
    with cloudwatch_logs._log_events_lock:
        histories = [stream["events"] for stream in group["streams"].values()] if group else []
        return [h[bisect_left(h, since, key=lambda event: event["timestamp"]):] for h in histories]


def said(event):
    """What a line of a log says, where it is one of ours."""
    try:
        line = json.loads(event["message"])
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def partitions(prefix):
    """The keys of the table's partitions that begin with a prefix."""
    tables = dynamodb._tables.values()
    return [key for table in tables for key in list(table["items"]) if key.startswith(prefix)]


def items(partition):
    """A partition's items by their sort keys."""
    found = {}
    for table in dynamodb._tables.values():
        # Reading by index would make the partition.
        for place, item in list(table["items"].get(partition, {}).items()):
            found[place] = {name: plain(value) for name, value in item.items()}
    return found


def plain(value):
    """An attribute's value without its type."""
    [(kind, inner)] = value.items()
    match kind:
        case "M":
            return {name: plain(one) for name, one in inner.items()}
        case "L":
            return [plain(one) for one in inner]
        case "N":
            return float(inner) if "." in inner or "E" in inner else int(inner)
        case "NULL":
            return None
        case _:
            return inner


def mails():
    """E-mails that were sent."""
    return list(ses._sent_emails.get("entries", []))


class Dated(list):
    """Has SMS remember when they were sent, which MiniStack does not."""

    def append(self, text):
        # One that is copied was sent when it says.
        super().append({"SentAt": time.time()} | text)


def date_texts():
    keep = sns._sms_log_for

    def dated(phone):
        if not isinstance(texts := keep(phone), Dated):
            texts = sns._sms_messages[phone] = Dated(texts)
        return texts

    sns._sms_log_for = dated


def texts():
    """SMS that were sent: pairs of a telephone number and a record."""
    return [(phone, text) for phone, texts in sns._sms_messages.items() for text in list(texts)]
