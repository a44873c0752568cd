"""Runs MiniStack, the local AWS, puts the HTTP API on a port of its own, and the
stand-ins of WhatsApp and Slack and of Red Tractor and the console on three others.

Usage: emulator.py <AWS port> <API port> <inbox port> <assurance port> <console port>
                   <inbox token> <assurance key> <file that holds the HTTP API's id>

The inbox's certificate goes to where SSL_CERT_FILE points. MiniStack reads the rest of its settings from the environment.
"""

import asyncio
import json
import os
import resource
import socketserver
import sys
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config

from assurance import Assurance
from inbox import Inbox, make_certificate

# Nagle's algorithm would add 40 ms to every call of a function.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

from ministack.app import app as aws  # noqa: E402  (after the line above)
from console import Console  # noqa: E402
from rights import judge_as_aws  # noqa: E402

HOST = os.environ["BIND_HOST"]


def http_api(id_file: Path):
    """The HTTP API's root.

    The path says so to the end, which keeps MiniStack's own paths (/oauth2,
    /health, /.well-known) out of the API's way.
    """

    async def app(scope, receive, send):
        try:
            prefix = f"/_aws/execute-api/{id_file.read_text().strip()}/$default"
        except FileNotFoundError:
            return await not_deployed(send)
        raw_path = scope.get("raw_path") or scope["path"].encode()
        scope = scope | {"path": prefix + scope["path"], "raw_path": prefix.encode() + raw_path}
        return await aws(scope, receive, send)

    return app


def with_ports(apps: dict):
    """The local AWS, but for the ports of others."""

    async def app(scope, receive, send):
        asked = scope["server"][1] if scope["type"] == "http" else None
        return await apps.get(asked, aws)(scope, receive, send)

    return app


async def not_deployed(send):
    body = json.dumps({"message": "Nothing is deployed yet"}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def forget_stream_positions():
    """MiniStack saves how far a stream was read but not the stream, and would
    skip the first records after a start."""
    file = Path(os.environ["STATE_DIR"]) / "lambda.json"
    if file.exists():
        state = json.loads(file.read_text())
        state["payload"]["dynamodb_stream_positions"]["data"] = {}
        file.write_text(json.dumps(state))


def main():
    forget_stream_positions()
    aws_port, api_port, inbox_port, assurance_port, console_port = (int(port) for port in sys.argv[1:6])
    token, key, id_file = sys.argv[6], sys.argv[7], Path(sys.argv[8])
    dev = id_file.parent
    judge_as_aws(dev / "calls.jsonl")
    certificate = (dev / "inbox.pem", dev / "inbox.key")
    make_certificate(HOST, Path(os.environ["SSL_CERT_FILE"]), certificate)
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    config = Config()
    config.certfile, config.keyfile = map(str, certificate)
    config.bind = [f"{HOST}:{inbox_port}"]
    config.insecure_bind = [f"{HOST}:{port}" for port in (aws_port, api_port, assurance_port, console_port)]
    config.keep_alive_timeout = 75
    config.loglevel = "INFO"
    api, inbox = http_api(id_file), Inbox(dev / "inbox.jsonl", token)
    console = Console(console_port, api_port, api, inbox)
    apps = {
        api_port: console.seen.watching(api),
        inbox_port: inbox,
        assurance_port: Assurance(key),
        console_port: console,
    }
    asyncio.run(serve(with_ports(apps), config))


if __name__ == "__main__":
    main()
