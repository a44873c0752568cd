"""Runs MiniStack, the local AWS, and puts the HTTP API on a port of its own.

Usage: emulator.py <AWS port> <API port> <file that holds the HTTP API's id>

MiniStack reads the rest of its settings from the environment.
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

# Nagle's algorithm would add 40 ms to every call of a function.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

from ministack.app import app as aws  # noqa: E402  (after the line above)
from ministack.core import iam_actions  # noqa: E402

asked_for = iam_actions.extract_iam_action


def right_asked_for(service, *call):
    """In AWS a batch wants the right to what it bundles: SQS knows no other."""
    action = asked_for(service, *call)
    return action.removesuffix("Batch") if service == "sqs" and action else action


iam_actions.extract_iam_action = right_asked_for

HOST = os.environ["BIND_HOST"]


def with_api_port(port: int, id_file: Path):
    """The local AWS, where requests to `port` go to the HTTP API's root.

    The path says so to the end, which keeps MiniStack's own paths (/oauth2,
    /health, /.well-known) out of the API's way.
    """

    async def app(scope, receive, send):
        if scope["type"] != "http" or scope["server"][1] != port:
            return await aws(scope, receive, send)
        try:
            prefix = f"/_aws/execute-api/{id_file.read_text().strip()}/$default"
        except FileNotFoundError:
            return await not_deployed(send)
        raw_path = scope.get("raw_path") or scope["path"].encode()
        scope = scope | {"path": prefix + scope["path"], "raw_path": prefix.encode() + raw_path}
        return await aws(scope, receive, send)

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
    aws_port, api_port, id_file = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    config = Config()
    config.bind = [f"{HOST}:{aws_port}", f"{HOST}:{api_port}"]
    config.keep_alive_timeout = 75
    config.loglevel = "INFO"
    asyncio.run(serve(with_api_port(api_port, id_file), config))


if __name__ == "__main__":
    main()
