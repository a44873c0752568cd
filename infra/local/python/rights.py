"""Has the local AWS judge rights as AWS does, and notes which of them the functions use.

What a function asks for is a line of JSON, noted once: {"function", "action", "resource",
"key", "allowed"}. Of a partition key it holds what all of a kind begin with, and of an
object's key its folders: no identifier, and nothing that anybody typed.
"""

import json
import re
from pathlib import Path

from ministack.core import iam_actions, iam_evaluator
from ministack.services import sts

asked_for = iam_actions.extract_iam_action
named = iam_actions.extract_resource_arn
resolved = iam_evaluator._resolve_condition_key
context_of = iam_actions.dynamodb_service_context
parts_of = iam_actions.dynamodb_transaction_checks
enforced = iam_evaluator.enforce

LEADING_KEYS = "dynamodb:leadingkeys"


class TableOf(str):
    """A table's ARN, as what an item of a transaction is judged by."""

    key: str


def right_asked_for(service, *call):
    """In AWS a batch wants the right to what it bundles: SQS knows no other."""
    action = asked_for(service, *call)
    return action.removesuffix("Batch") if service == "sqs" and action else action


def arn_named(service, method, path, headers, body, params, region, account):
    """In AWS sending e-mail wants the right to its sender's identity."""
    if service == "ses" and method == "POST" and path == "/v2/email/outbound-emails":
        sender = json.loads(body or b"{}").get("FromEmailAddress", "")
        return f"arn:aws:ses:{region}:{account}:identity/{sender}"
    return named(service, method, path, headers, body, params, region, account)


def condition_resolved(key, context):
    """In AWS a policy may name the sender, too."""
    if key.lower() == "ses:fromaddress":
        return context.resource_arn.rpartition("/")[2]
    return resolved(key, context)


def keyed_context(body):
    """In AWS a policy may name what partition keys begin with."""
    keys = partition_keys(json.loads(body or b"{}"))
    return context_of(body) | ({LEADING_KEYS: keys} if keys else {})


def keyed_parts(action, body, region, account):
    """In AWS each item of a transaction is judged by its own partition key."""
    parts = []
    asked = json.loads(body or b"{}")
    for item, (action, arn) in zip(asked.get("TransactItems", []), parts_of(action, body, region, account)):
        (detail,) = item.values()
        table = TableOf(arn)
        (table.key,) = partition_keys(detail)
        parts.append((action, table))
    return parts


def partition_keys(asked):
    """The partition keys that a call names, of the table or of the index it is about."""
    if "KeyConditionExpression" in asked:
        return [text(asked.get("ExpressionAttributeValues", {}), ":pk")]
    items = [asked.get("Key"), asked.get("Item")]
    for batch in asked.get("RequestItems", {}).values():
        writes = [write for request in batch for write in request.values()] if isinstance(batch, list) else []
        items += batch["Keys"] if isinstance(batch, dict) else []
        items += [write.get("Key") or write.get("Item") for write in writes]
    return [text(item, "pk") for item in items if item]


def text(attributes, name):
    return attributes.get(name, {}).get("S", "")


def family(key):
    """What the keys of a kind have in common: `USER#*`, `USER#*#LINKS`, `NAME#user#*`, `SETTINGS`."""
    found = re.match(r"(NAME#[a-z]+|[A-Z_]*)(?:(#[0-9a-f-]{16,36})(#[A-Z_]+)?(?=#|$))?", key)
    common = found[1] + ("#*" if found[2] else "") + (found[3] or "")
    return common if found.end() == len(key) else common.removesuffix("#*") + "#*"


def folder(arn):
    """An object by its folders alone."""
    return re.sub(r"^(arn:aws:s3:::[^/]+/(?:[a-z]+/)*).*", r"\1*", arn)


class Notes:
    """The calls of functions, each kept once."""

    def __init__(self, file: Path):
        self.file = file
        self.noted = set(file.read_text().splitlines()) if file.exists() else set()

    def judged(self, access_key, action, service, region, resource_arn="*", service_context=None):
        context = dict(service_context or {})
        if isinstance(resource_arn, TableOf):
            context[LEADING_KEYS] = [resource_arn.key]
        denied = enforced(access_key, action, service, region, resource_arn, context)
        # A function's session is called as the function is.
        session = (sts._sessions.get(access_key) or {}).get("Arn", "")
        if ":assumed-role/" in session:
            families = {key and family(key) for key in context.get(LEADING_KEYS, [None])}
            for key in families:
                self.note(session.rpartition("/")[2], action, folder(resource_arn), key, not denied)
        return denied

    def note(self, function, action, resource, key, allowed):
        call = {"function": function, "action": action, "resource": resource, "key": key, "allowed": allowed}
        line = json.dumps(call)
        if line not in self.noted:
            self.noted.add(line)
            with self.file.open("a") as file:
                file.write(line + "\n")


def judge_as_aws(calls: Path):
    """Judges from now on as AWS does, and notes in `calls` what functions call."""
    iam_actions.extract_iam_action = right_asked_for
    iam_actions.extract_resource_arn = arn_named
    iam_actions.dynamodb_service_context = keyed_context
    iam_actions.dynamodb_transaction_checks = keyed_parts
    iam_evaluator._resolve_condition_key = condition_resolved
    iam_evaluator.enforce = Notes(calls).judged
