"""A mail server for tests, on a free port of this machine: `smtp_server.py '{"folder": …}'`.

Prints its port, and runs until its standard input is closed. Each accepted message becomes <n>.eml and <n>.json in the
folder; wire.log holds everything clients sent, as decrypted. The options are a JSON object:

  folder         where to write
  tls            "none" (default), "starttls" or "implicit"
  certificate    PEM files, for TLS
  key
  auth           [user, password]: signing in is required
  auth_in_clear  offers signing in without TLS
  refuse         {"STARTTLS" | "MAIL" | "RCPT" | "DATA": "451 4.3.0 reply"}; {secrets} in it becomes the message's own
  stall          "banner", "DATA" or "end": never answers there
  hang_up        "end": closes the connection instead of answering
"""

import asyncio
import json
import logging
import os
import ssl
import sys
import threading
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# It is as careless as a test asks it to be.
warnings.simplefilter("ignore")
logging.disable()

OPTIONS = json.loads(sys.argv[1])
FOLDER = OPTIONS["folder"]
REFUSE = OPTIONS.get("refuse", {})
STALL = OPTIONS.get("stall")
HANG_UP = OPTIONS.get("hang_up")
counter = 0


def secrets_in(message):
    """The lines of the text that a careful server would not repeat."""
    lines = message.partition("text/html")[0].splitlines()
    return " ".join(line.strip() for line in lines if "://" in line or "Password:" in line)


async def forever():
    await asyncio.Event().wait()


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        if "MAIL" in REFUSE:
            return REFUSE["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "RCPT" in REFUSE:
            return REFUSE["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global counter
        if "DATA" in REFUSE:
            return REFUSE["DATA"].replace("{secrets}", secrets_in(envelope.content.decode("ascii")))
        if STALL == "end":
            await forever()
        counter += 1
        with open(os.path.join(FOLDER, f"{counter}.eml"), "wb") as file:
            file.write(envelope.content)
        about = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.is_encrypted,
            "authenticated": session.authenticated,
            "connection": session.peer[1],
        }
        with open(os.path.join(FOLDER, f"{counter}.json"), "w") as file:
            json.dump(about, file)
        if HANG_UP == "end":
            server.transport.abort()
            await forever()
        return "250 OK"


class Server(SMTP):
    is_encrypted = False

    def connection_made(self, transport):
        self.is_encrypted = transport.get_extra_info("sslcontext") is not None
        super().connection_made(transport)

    def data_received(self, data):
        with open(os.path.join(FOLDER, "wire.log"), "ab") as file:
            file.write(data)
        super().data_received(data)

    async def push(self, status):
        if STALL == "banner":
            await forever()
        await super().push(status)

    async def smtp_STARTTLS(self, arg):
        if "STARTTLS" in REFUSE:
            await self.push(REFUSE["STARTTLS"])
        else:
            await super().smtp_STARTTLS(arg)

    async def smtp_DATA(self, arg):
        if STALL == "DATA":
            await forever()
        await super().smtp_DATA(arg)


def authenticator(server, session, envelope, mechanism, data):
    is_right = [data.login.decode(), data.password.decode()] == OPTIONS["auth"]
    return AuthResult(success=is_right, handled=False)


def make_server(starttls):
    options = {"hostname": "mail.test", "ident": "test", "tls_context": starttls, "timeout": 60}
    if "auth" in OPTIONS:
        options["authenticator"] = authenticator
        options["auth_required"] = True
        options["auth_require_tls"] = not OPTIONS.get("auth_in_clear", False)
    return Server(Handler(), **options)


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


async def main():
    context = None
    tls = OPTIONS.get("tls", "none")
    if tls != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(OPTIONS["certificate"], OPTIONS["key"])
    starttls = context if tls == "starttls" else None
    implicit = context if tls == "implicit" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: make_server(starttls), "127.0.0.1", 0, ssl=implicit)
    print(server.sockets[0].getsockname()[1], flush=True)
    threading.Thread(target=end_with_parent, daemon=True).start()
    await server.serve_forever()


asyncio.run(main())
