"""How a server is reached: transport security from the address, and what each failure to connect means.

Off this computer the server's certificate and name are checked (`verify-full`) unless the address says otherwise:
`?ssl=disable|require|verify-ca|verify-full`, `&sslrootcert=FILE` for a certification authority of the region's own,
`&sslcert=FILE&sslkey=FILE` for a client certificate.

A region may have standbys: `postgresql://user@/base?host=db1:5432&host=db2:5432`. Whichever takes writes is used, the
last one that did is asked first, and one that is silent costs no more than a second and a half.
"""

import socket
from typing import Any

from sqlalchemy.engine import URL

MODES = ("disable", "require", "verify-ca", "verify-full")
_LOCAL = ("localhost", "127.0.0.1", "::1", "", None)
PORT = 5432
SECONDS_A_HOST = 1.5
_OURS = ("host", "ssl", "sslmode", "sslrootcert", "sslcert", "sslkey")

# By SQLSTATE; where the words of the server tell more, see `cause`.
_STATES = {
    "28P01": "password_wrong",
    "28000": "sign_in_refused",
    "3D000": "server_database_unknown",
    "53100": "server_disk_full",
    "53200": "server_memory_full",
    "53300": "server_full",
    "57P01": "signed_out",
    "57P03": "server_starting",
}

# By OpenSSL's number of what is wrong with a server's certificate.
_UNTRUSTED = {9: "certificate_not_yet", 10: "certificate_expired"} | dict.fromkeys((62, 64), "certificate_of_another")


def mode_of(url: URL) -> str:
    """The transport security an address asks for; by default none to this computer, everything to any other."""
    named = url.query.get("ssl") or url.query.get("sslmode")
    if named:
        return str(named)
    return "disable" if all(host in _LOCAL for host, _ in hosts_of(url)) else "verify-full"


def hosts_of(url: URL) -> list[tuple[str, int]]:
    """The servers that an address names, with their ports, in its order."""
    named = url.query.get("host", ())
    if not named:
        return [(url.host or "localhost", url.port or PORT)]
    pieces = [each.partition(":") for each in ((named,) if isinstance(named, str) else named)]
    return [(host, int(port or PORT)) for host, _, port in pieces]


def split(url: URL) -> tuple[URL, dict[str, Any]]:
    """The address without what is ours, and the driver's arguments. Raises ValueError for an unknown mode,
    CertificateFile for a file of a certificate that cannot be used."""
    settings: dict[str, Any] = {"ssl": _security(url, mode_of(url))}
    if len(hosts := hosts_of(url)) > 1:
        settings["async_creator_fn"] = _AnyOf(hosts)
        return url.difference_update_query(_OURS)._replace(host=None, port=None), settings
    ((host, port),) = hosts
    return url.difference_update_query(_OURS).set(host=host, port=port), settings


class CertificateFile(OSError):
    """A file of a certificate or key that cannot be used; `code` says why, `file` which."""

    def __init__(self, code: str, file: str) -> None:
        super().__init__(file)
        self.code, self.file = code, file


class _AnyOf:
    """Connects to the first of several servers that takes writes."""

    def __init__(self, hosts: list[tuple[str, int]]) -> None:
        self._hosts = hosts

    async def __call__(self, **settings: Any) -> Any:
        import asyncpg  # a desk with a file does not have it loaded

        missed = (OSError, asyncpg.TargetServerAttributeNotMatched, asyncpg.CannotConnectNowError)
        # A program that only reads is content with a standby.
        wanted = "any" if "default_transaction_read_only" in settings["server_settings"] else "read-write"
        settings |= {"timeout": SECONDS_A_HOST, "target_session_attrs": wanted}
        last: Exception | None = None
        for host, port in tuple(self._hosts):
            try:
                made = await asyncpg.connect(host=host, port=port, **settings)
            except missed as error:
                last = error if not isinstance(last, asyncpg.TargetServerAttributeNotMatched) else last
            else:
                self._hosts.sort(key=lambda known: known != (host, port))
                return made
        assert last is not None, "there is at least one host"
        raise last


def _security(url: URL, mode: str) -> Any:
    if mode not in MODES:
        raise ValueError(mode)
    if mode == "disable":
        return False
    import ssl  # not needed on the embedded database

    authority, certificate = url.query.get("sslrootcert"), url.query.get("sslcert")
    try:
        context = ssl.create_default_context(cafile=str(authority) if authority else None)
    except OSError as error:  # an SSLError is one, too
        raise _unusable(error, str(authority)) from error
    context.check_hostname = mode == "verify-full"
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE
    if certificate:
        _present(context, str(certificate), str(url.query.get("sslkey") or certificate))
    return context


def _present(context: Any, certificate: str, key: str) -> None:
    """Load a client certificate. A key that asks for a password is refused: the library would ask at a terminal."""
    for path in (certificate, key):
        try:
            open(path, "rb").close()
        except OSError as error:
            raise _unusable(error, path) from error
    asked = []

    def password() -> str:
        asked.append(key)
        return "-"

    try:
        context.load_cert_chain(certificate, key, password)
    except OSError as error:
        if asked:
            raise CertificateFile("key_protected", key) from error
        raise _unusable(error, key) from error


def _unusable(error: OSError, path: str) -> CertificateFile:
    if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
        return CertificateFile("key_of_another", path)
    is_there = type(error).__name__ == "SSLError"
    return CertificateFile("certificate_file_wrong" if is_there else "certificate_file_unreadable", path)


def tool_settings(url: URL) -> dict[str, str]:
    """The environment that has PostgreSQL's own tools connect as protected as the program does."""
    import ssl

    told = {"PGSSLMODE": mode_of(url)}
    if told["PGSSLMODE"].startswith("verify"):  # their own default is a file in the home folder
        told["PGSSLROOTCERT"] = str(url.query.get("sslrootcert") or ssl.get_default_verify_paths().cafile or "system")
    if certificate := url.query.get("sslcert"):
        told |= {"PGSSLCERT": str(certificate), "PGSSLKEY": str(url.query.get("sslkey") or certificate)}
    return told


def cause(error: BaseException, *, shows_certificate: bool = False) -> str | None:
    """The code of a failure to reach or enter a server, None for anything else.

    What a server says of a client's certificate (TLS 1.3) is lost in the driver; it hangs up (`shows_certificate`).
    """
    error = getattr(error, "orig", None) or error
    if isinstance(error, CertificateFile):
        return error.code
    words, state = str(error).lower(), getattr(error, "sqlstate", None)
    if state == "42501" and "for database" in words:
        return "sign_in_refused"
    if state == "28000" and "no encryption" in words:
        return "tls_required"
    if state == "28000" and "not permitted to log in" in words:
        return "sign_in_blocked"
    if state == "28000" and "requires a valid client certificate" in words:
        return "client_certificate_missing"
    if state == "28000" and "certificate authentication failed" in words:
        return "client_certificate_of_another"
    if "none of the hosts match" in words:
        return "server_only_standby"
    if getattr(error.__cause__, "severity_en", "") == "PANIC":
        return "server_silent"  # it falls: what became of this is not known
    if state and ("no space left on device" in words or "could not write init file" in words):
        return "server_disk_full"
    if state in _STATES:
        return _STATES[state]
    if type(error).__name__ == "SSLCertVerificationError" or "certificate verify failed" in words:
        return _UNTRUSTED.get(getattr(error, "verify_code", 0), "certificate_not_trusted")
    if shows_certificate and "closed in the middle" in words:
        return "client_certificate_refused"
    if "rejected ssl upgrade" in words:
        return "tls_missing"
    if isinstance(error, socket.gaierror):
        return "server_name_unknown"
    if isinstance(error, ConnectionError | TimeoutError) or str(state).startswith("08"):
        return "server_silent"
    return None
