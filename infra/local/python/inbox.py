"""Stands in for WhatsApp and Slack, over TLS, and keeps what they are sent.

A message is a line of JSON: {"id", "time", "channel", "path", "body"}.
"""

import ipaddress
import json
import os
import time
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

# Twice as many are kept before the older half goes.
MOST = 1_000


def make_certificate(host: str, roots: Path, files: tuple[Path, Path]):
    """Makes a certificate of our own, and writes whom functions are to trust into
    `roots`: it, and whoever else is trusted anywhere."""
    certificate_file, key_file = files
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Attesta's local inbox")])
    now = datetime.now(timezone.utc)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    form = serialization.PrivateFormat.PKCS8
    key = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    for file, content in [(key_file, key), (certificate_file, certificate)]:
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(content)
    roots.write_bytes(Path(certifi.where()).read_bytes() + certificate)


class Inbox:
    """Answers as WhatsApp and Slack do when all is well, or the token is not theirs."""

    def __init__(self, file: Path, token: str):
        self.file = file
        self.token = token.encode()
        self.lines = file.read_text().splitlines() if file.exists() else []

    async def __call__(self, scope, receive, send):
        headers, body = dict(scope["headers"]), b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        status, answer = self.answer(scope["method"], scope["path"], headers, body)
        kind = b"application/json" if answer.startswith("{") else b"text/html"
        head = [(b"content-type", kind), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": answer.encode()})

    def answer(self, method, path, headers, body):
        channel = path.split("/")[1]
        if method != "POST" or channel not in ("whatsapp", "slack"):
            return 404, "no_service"
        try:
            body = json.loads(body)
        except ValueError:
            return 400, "invalid_payload"
        if channel == "slack":
            self.keep(channel, path, body)
            return 200, "ok"
        if headers.get(b"authorization") != b"Bearer " + self.token:
            error = {"message": "Invalid OAuth access token", "type": "OAuthException", "code": 190}
            return 401, json.dumps({"error": error})
        number = self.keep(channel, path, body)
        to = body.get("to", "")
        contacts = [{"input": to, "wa_id": to.removeprefix("+")}]
        messages = [{"id": f"wamid.{number}"}]
        return 200, json.dumps({"messaging_product": "whatsapp", "contacts": contacts, "messages": messages})

    def keep(self, channel, path, body):
        number = str(uuid.uuid4())
        message = {"id": number, "time": time.time(), "channel": channel, "path": path, "body": body}
        self.lines.append(json.dumps(message))
        if len(self.lines) > 2 * MOST:
            self.lines = self.lines[-MOST:]
            written, mode = self.lines, os.O_TRUNC
        else:
            written, mode = self.lines[-1:], os.O_APPEND
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | mode, 0o600)
        with open(descriptor, "w") as file:
            file.writelines(line + "\n" for line in written)
        return number
