"""TLS against a real server with a certification authority of its own: what is right works, what is wrong is told."""

import asyncio
import datetime
import ipaddress

import asyncpg
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.models.database import Database, DatabaseUnavailable
from app.models.listening import listening
from app.regulation.errors import Refused
from app.services import safekeeping
from app.services.signing_in import Address, own_person
from app.texts.refusals import explain
from tests.helpers.databases import PASSWORD

_DAY = datetime.timedelta(days=1)
_NONE = serialization.NoEncryption()


class Authority:
    """A certification authority that writes its certificates into `folder`."""

    def __init__(self, folder, name):
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = self._certificate(self.name, self.key.public_key(), 1)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        own = own.add_extension(_usage(signs=True), critical=True)
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(own.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def issue(self, name, *alternatives, days=1, protected=False):
        """A certificate for `name` and its key, as files NAME.crt and NAME.key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._certificate(subject, key.public_key(), days)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        made = made.add_extension(_usage(signs=False), critical=True)
        if alternatives:
            made = made.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        signed = made.sign(self.key, hashes.SHA256())
        where = self.folder / f"{name}-{days}-{protected}.crt"
        where.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        lock = serialization.BestAvailableEncryption(b"secret") if protected else _NONE
        told = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
        where.with_suffix(".key").write_bytes(told)
        return where, where.with_suffix(".key")

    def _certificate(self, subject, key, days):
        now = datetime.datetime.now(datetime.UTC)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key)
        made = made.serial_number(x509.random_serial_number())
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        own = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = made.add_extension(own, critical=False)
        return made.not_valid_before(now - 30 * _DAY).not_valid_after(now + days * _DAY)


def _usage(signs):
    return x509.KeyUsage(not signs, False, False, False, False, signs, signs, False, False)


LOCAL = x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


_turns = iter(range(1_000_000, 2_000_000))


class Protected:
    """The session's server with TLS on; `present` chooses the certificate that it shows."""

    def __init__(self, server, folder):
        self.server = server
        self.ours, self.strange = Authority(folder, "ours"), Authority(folder, "strange")
        self._hba = server.home / "data" / "pg_hba.conf"
        self._before = self._hba.read_text()

    async def present(self, certificate, key):
        for source, name in ((certificate, "server.crt"), (key, "server.key"), (self.ours.path, "clients.crt")):
            target = self.server.home / "data" / name
            target.write_bytes(source.read_bytes())
            self.server._own(target)
        self._hba.write_text(
            "hostssl all person2 all cert\nhostssl all person3 all scram-sha-256\nhostnossl all person3 all reject\n"
            + self._before
        )
        await self._configure("ssl_ca_file = 'clients.crt'", "ssl = on")

    async def end(self):
        self._hba.write_text(self._before)
        await self._configure("ssl = off")

    async def _configure(self, *settings):
        """Set, and wait until new sessions go by it: a setting that nothing asks tells the turn."""
        self._turn = next(_turns)
        connection = await asyncpg.connect(self.server.url(driver="postgresql"))
        for setting in (*settings, f"log_min_duration_sample = {self._turn}"):
            await connection.execute(f"ALTER SYSTEM SET {setting}")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()
        async with asyncio.timeout(30):
            while await self._told() != self._turn:
                await asyncio.sleep(0.02)

    async def _told(self):
        connection = await asyncpg.connect(self.server.url(driver="postgresql"), ssl=False)
        told = await connection.fetchval("SELECT setting::int FROM pg_settings WHERE name = 'log_min_duration_sample'")
        await connection.close()
        return told


@pytest_asyncio.fixture
async def protected(postgres, tmp_path):
    made = Protected(postgres, tmp_path)
    try:
        await made.present(*made.ours.issue("localhost", *LOCAL))
        yield made
    finally:
        await made.end()


def address(postgres_url, host="localhost", user="person3", **files):
    """As the connection page or a command names it."""
    url = make_url(postgres_url)
    return Address(host, url.port, url.database, user, "verify-full", **{k: str(v) for k, v in files.items()})


async def refused(named, password=PASSWORD):
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database.open(named.url(password))
    said = explain(caught.value.refusal)
    assert PASSWORD not in said
    assert "{" not in said
    return caught.value.refusal.code


async def test_the_servers_certificate_is_checked_whole(protected, postgres_url):
    ours, good = protected.ours, address(postgres_url, authority=protected.ours.path)
    database = await Database.open(good.url(PASSWORD))
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))).scalar()
    await database.close()
    assert await refused(address(postgres_url)) == "certificate_not_trusted"  # the system knows no such authority
    assert await refused(address(postgres_url, authority=protected.strange.path)) == "certificate_not_trusted"
    open_one = Address(good.host, good.port, good.database, good.user, "disable")
    assert await refused(open_one) in ("tls_required", "sign_in_refused")

    await protected.present(*ours.issue("db.elsewhere.ru", x509.DNSName("db.elsewhere.ru")))
    assert await refused(good) == "certificate_of_another"
    await protected.present(*ours.issue("localhost", *LOCAL, days=-1))
    assert await refused(good) == "certificate_expired"
    await protected.present(*protected.strange.issue("localhost", *LOCAL))
    assert await refused(good) == "certificate_not_trusted"


async def test_a_person_enters_by_a_certificate_of_their_own_and_of_nobody_else(protected, postgres_url):
    ours = protected.ours

    def shown(pair=("", ""), user="person2"):
        return address(postgres_url, user=user, authority=ours.path, certificate=pair[0], key=pair[1])

    good = shown(ours.issue("person2"))
    database = await Database.open(good.url())  # no password at all
    assert (await own_person(database)).id == 2
    async with listening(database) as line:
        assert await line.next(0.01) is None
    await database.close()
    wall = await Database.open_to_read(good.url())
    await wall.close()
    assert Address.of(good.url()) == good

    assert await refused(shown(), None) == "client_certificate_missing"
    assert await refused(shown(ours.issue("person4")), None) == "client_certificate_of_another"
    for wrong in (protected.strange.issue("person2"), ours.issue("person2", days=-1)):
        assert await refused(shown(wrong), None) == "client_certificate_refused"


async def test_a_file_that_cannot_be_used_is_named(protected, postgres_url, tmp_path):
    ours, (certificate, key) = protected.ours, protected.ours.issue("person2")
    other = tmp_path / "letter.txt"
    other.write_text("не сертификат", encoding="utf-8")

    def files(authority=ours.path, certificate=certificate, key=key):
        return address(postgres_url, user="person2", authority=authority, certificate=certificate, key=key)

    assert await refused(files(authority=tmp_path / "nowhere.pem")) == "certificate_file_unreadable"
    assert await refused(files(authority=other)) == "certificate_file_wrong"
    assert await refused(files(certificate=tmp_path / "nowhere.pem")) == "certificate_file_unreadable"
    assert await refused(files(certificate=other)) == "certificate_file_wrong"
    assert await refused(files(key=ours.issue("person4")[1])) == "key_of_another"
    _, locked = ours.issue("person2", protected=True)
    assert await refused(files(key=locked)) == "key_protected", "and nobody is asked at a terminal"


async def test_a_copy_is_made_by_a_connection_that_is_as_protected(protected, postgres_url, tmp_path):
    """PostgreSQL's own tools would take any certificate, and a connection without one."""
    good = address(postgres_url, user="postgres", authority=protected.ours.path)
    password = make_url(postgres_url).password
    database = await Database.open(good.url(password))
    assert (await safekeeping.back_up(database, tmp_path / "copy")).cases == 0
    await protected.present(*protected.strange.issue("localhost", *LOCAL))
    with pytest.raises(Refused, match="tool_failed"):
        await safekeeping._run_tool(database.url, "pg_dump", "--schema-only")
    await database.close()
