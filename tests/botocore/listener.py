"""A service on loopback that lets nobody in whose signature botocore would have made otherwise.

    python listener.py --key AKID --secret SECRET [--failures 1]

The first attempts of a call are answered with 503, the one after them with 200 and an empty answer. A request whose
signature is not what botocore's signer makes of it is answered with 403 and the reason. Prints its address as its
first line, and ends with stdin.
"""

import argparse
import hashlib
import http.server
import re
import sys
import threading

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, "
    r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})"
)
# What must be covered whenever it is sent; the rest of what is sent is covered by choice.
COVERED = re.compile(r"host|content-type|x-amz-(?!user-agent).*")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--key", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--failures", type=int, default=1, help="how often each call is answered with 503")
    arguments = parser.parse_args()
    Handler.credentials = Credentials(arguments.key, arguments.secret)
    Handler.failures = arguments.failures
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("{}:{}".format(*server.server_address), flush=True)
    sys.stdin.read()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    attempts = {}

    def any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # `self.path` has leading slashes joined; the signature covers what came.
        target = self.requestline.split(" ")[1]
        found = problem(self.command, target, list(self.headers.items()), body, self.credentials)
        if found:
            print(f"{self.command} {target}: {found}", file=sys.stderr)
            self.answer(403, "text/plain", found.encode())
            return
        call = self.headers["amz-sdk-invocation-id"]
        self.attempts[call] = self.attempts.get(call, 0) + 1
        if self.attempts[call] <= self.failures:
            self.answer(503, "text/plain", b"")
        else:
            self.answer(200, *empty(self.headers, body))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = any

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amzn-errortype", "SignatureDoesNotMatch" if status == 403 else "")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def problem(method, target, headers, body, credentials):
    """Why the request would not be let in; none if it would."""
    sent = {}
    for name, value in headers:
        name = name.lower()
        sent[name] = f"{sent[name]},{value}" if name in sent else value
    match = AUTHORIZATION.fullmatch(sent.get("authorization", ""))
    if not match:
        return f"not signed: {sent.get('authorization')}"
    key, day, region, service, signed, signature = match.groups()
    signed = signed.split(";")
    if key != credentials.access_key:
        return f"signed with {key}"
    if not sent["x-amz-date"].startswith(day):
        return f"signed on {day}, sent on {sent['x-amz-date']}"
    open_to_change = [name for name in sent if COVERED.fullmatch(name) and name not in signed]
    if open_to_change:
        return f"not covered: {open_to_change}"
    told = sent.get("x-amz-content-sha256")
    if told not in (None, "UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()):
        return f"the body has another hash than {told}"
    if service == "s3" and told is None:
        return "S3 is not told the hash of the body"
    signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, region)
    covered = {name: sent[name] for name in signed}
    request = AWSRequest(method=method, url=f"http://{sent['host']}{target}", data=body, headers=covered)
    request.context["timestamp"] = sent["x-amz-date"]
    canonical = signer.canonical_request(request)
    made = signer.signature(signer.string_to_sign(request, canonical), request)
    return None if made == signature else f"botocore would sign this:\n{canonical}"


def empty(headers, body):
    """An answer without members, in the protocol of the request."""
    kind = headers.get("Content-Type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        action = re.search(rb"(?:^|&)Action=(\w+)", body).group(1).decode()
        return "text/xml", f"<{action}Response><{action}Result/></{action}Response>".encode()
    service = AUTHORIZATION.match(headers["Authorization"]).group(4)
    if kind.startswith("application/xml") or service in ("s3", "route53"):
        return "application/xml", b"<Answer/>"
    return "application/json", b"{}"


if __name__ == "__main__":
    main()
