"""A real SMTP server on this computer that can be told to misbehave."""

import asyncio
import email
from contextlib import asynccontextmanager
from email import policy

from aiosmtpd.smtp import SMTP, AuthResult

from app.services.mail.settings import MailServer

PASSWORD = "тайна-1"


class Post:
    """Takes letters. `rcpt` and `data` are replies to give instead of taking one; `cut` is the command at which the
    connection breaks ("MAIL", "RCPT", "DATA": after the text was given over)."""

    def __init__(self):
        self.letters = []
        self.rcpt = self.data = self.cut = ""

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self._cut(server, "MAIL") or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return self._cut(server, "RCPT") or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data:
            return self.data
        self.letters.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return self._cut(server, "DATA") or "250 OK"

    def _cut(self, server, command):
        if self.cut == command:
            server.transport.abort()
            return "421 cut"
        return None


@asynccontextmanager
async def post_office(*, with_login=False):
    """A post and the settings that lead to it."""
    post = Post()

    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    def protocol():
        how = {"authenticator": authenticate, "auth_require_tls": False} if with_login else {}
        return SMTP(post, hostname="mail.test", **how)

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    login = "desk" if with_login else ""
    try:
        yield post, MailServer("127.0.0.1", port, "none", login, "cur@kursk.test")
    finally:
        server.close()
        await server.wait_closed()
