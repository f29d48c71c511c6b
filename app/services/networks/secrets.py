"""Tokens of connections: in the system's keyring; on a machine without one in a credential of systemd or a file that
only its owner can read. Never in the database, never in a log."""

import json
import logging
import os
import stat
from contextlib import suppress
from pathlib import Path

from app.regulation.errors import Refused
from app.texts.disk import reason_of

SERVICE = "cur-desk"
log = logging.getLogger(__name__)


class SecretStore:
    """Keeps secrets by (connection's uuid, name). `folder` is where the file of last resort lies."""

    def __init__(self, folder: Path, *, keyring: bool = True) -> None:
        self._file = folder / "tokens.json"
        self._may_use_keyring = keyring

    def place(self) -> str:
        """Where a secret given now would be kept: "keyring" or "file"."""
        return "keyring" if self._ring() is not None else "file"

    def read(self, owner: str, names: tuple[str, ...]) -> dict[str, str]:
        """The secrets that are there. Raises Refused("tokens_readable") for a file that others can read."""
        found: dict[str, str] = {}
        kept = self._kept()
        for name in names:
            value = self._credential(owner, name) or self._from_ring(owner, name) or kept.get(f"{owner}:{name}", "")
            if value:
                found[name] = value
        return found

    def write(self, owner: str, name: str, value: str) -> None:
        """Keep a secret; "" forgets it. Raises Refused("tokens_not_kept") where the file cannot be written."""
        if self._to_ring(owner, name, value):
            self._keep(owner, name, "")
        else:
            self._keep(owner, name, value)

    # ----- the keyring

    def _ring(self) -> object | None:
        if not self._may_use_keyring:
            return None
        import keyring
        from keyring.backends.fail import Keyring as NoKeyring

        ring = keyring.get_keyring()
        return None if isinstance(ring, NoKeyring) else ring

    def _from_ring(self, owner: str, name: str) -> str:
        if self._ring() is None:
            return ""
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(SERVICE, f"{owner}:{name}") or ""
        except KeyringError as error:
            log.info("the keyring gave nothing: %s", type(error).__name__)
            return ""

    def _to_ring(self, owner: str, name: str, value: str) -> bool:
        if self._ring() is None:
            return False
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            if value:
                keyring.set_password(SERVICE, f"{owner}:{name}", value)
            else:
                with suppress(PasswordDeleteError):
                    keyring.delete_password(SERVICE, f"{owner}:{name}")
        except KeyringError as error:
            log.info("the keyring took nothing: %s", type(error).__name__)
            return False
        return True

    # ----- without one

    def _credential(self, owner: str, name: str) -> str:
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        path = Path(folder) / f"cur-desk-{owner}-{name}"
        return path.read_text(encoding="utf-8").strip() if folder and path.is_file() else ""

    def _kept(self) -> dict[str, str]:
        try:
            mode = self._file.stat().st_mode
        except OSError:
            return {}
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise Refused("tokens_readable", path=str(self._file))
        kept: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        return kept

    def _keep(self, owner: str, name: str, value: str) -> None:
        kept = self._kept()
        key = f"{owner}:{name}"
        if kept.get(key, "") == value:
            return
        kept = {other: secret for other, secret in kept.items() if other != key} | ({key: value} if value else {})
        new = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(kept, file)
            new.replace(self._file)
        except OSError as error:
            raise Refused("tokens_not_kept", path=str(self._file), detail=reason_of(error)) from error
