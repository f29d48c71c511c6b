"""What is really in the self-contained folder, file by file: completes the bill of materials and the licences.

    VENV/bin/python packaging/bill_of_materials.py SBOM.json LICENCES.txt PYINSTALLER_FOLDER

Run by the environment that the folder was made of. PyInstaller's own lists name the source of every file: it is of an
installed distribution, of Python itself, of the checkout or of a system's package; for one that belongs to nothing it
stops. System libraries, Python and what `debian/copyright` names come into the bill (CycloneDX), the
licences of system packages behind the others; distributions of which no file is in the folder leave the bill.
"""

import ast
import json
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = ("COLLECT-*.toc", "PYZ-*.toc", "EXE-*.toc")
CHECKOUT, PYTHON = "cur-desk", "python"
# PyInstaller starts the program: its starter and a few of its modules are in the folder.
STARTERS = {"pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception", "pyinstaller-hooks-contrib": "Apache-2.0"}


def sources(folder: Path) -> set[Path]:
    """Every file that PyInstaller put into the folder, or into the archive of modules in it."""
    found = set()
    for pattern in LISTS:
        for path in folder.rglob(pattern):
            found |= set(_named(ast.literal_eval(path.read_text(encoding="utf-8"))))
    return {path for path in found if folder not in path.parents}


def _named(told: object) -> Iterator[Path]:
    """The sources of (name, source, kind) wherever they stand in a list of PyInstaller's."""
    if isinstance(told, tuple) and len(told) == 3 and all(isinstance(part, str) for part in told):
        if told[2] not in ("OPTION", "SYMLINK") and told[1].startswith("/"):
            yield Path(told[1])
    elif isinstance(told, list | tuple):
        for part in told:
            yield from _named(part)


def installed() -> dict[Path, str]:
    """The distribution of each file of this environment."""
    return {
        Path(str(one.locate_file(file))).resolve(): _plain(one.metadata["Name"])
        for one in distributions() for file in one.files or ()
    }  # fmt: skip


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def owners(files: set[Path]) -> dict[str, set[Path]]:
    """Files by whom they are of: a distribution, Python, the checkout, or "deb:PACKAGE"."""
    known, found, system = installed(), {}, []
    for file in sorted(files):
        own = known.get(file.resolve()) or (CHECKOUT if ROOT in file.resolve().parents else None)
        if own is None and Path(sys.base_prefix) in file.resolve().parents and "python3" in str(file):
            own = PYTHON  # of a Python that no package brought; one of the system's is asked for like its libraries
        if own is None or (own == PYTHON and str(file).startswith("/usr/lib")):
            system.append(file)
        else:
            found.setdefault(own, set()).add(file)
    for file in system:
        found.setdefault(f"deb:{package_of(file)}", set()).add(file)
    return found


def package_of(file: Path) -> str:
    """The system's package that brought a file. Exits where none did."""
    for path in dict.fromkeys((str(file), str(file.resolve()), *_unmerged(file), *_unmerged(file.resolve()))):
        told = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True, check=False).stdout
        if told and not told.startswith("diversion"):
            return told.split(":")[0].split(",")[0]
    sys.exit(f"{file} is in the folder and belongs to nothing that is known")


def _unmerged(file: Path) -> tuple[str, ...]:
    """Where /lib is a link to /usr/lib, packages may name either."""
    name = str(file)
    return (name.removeprefix("/usr"),) if name.startswith("/usr/lib") else (f"/usr{name}",)


def starter(name: str) -> dict[str, object]:
    """PyInstaller's part of the folder, as CycloneDX has it."""
    return {
        "type": "library", "name": name, "version": version(name), "bom-ref": name,
        "purl": f"pkg:pypi/{name}@{version(name)}", "licenses": [{"expression": STARTERS[name]}],
    }  # fmt: skip


def system_component(package: str) -> dict[str, object]:
    """A system's package as CycloneDX has it."""
    asked = ["dpkg-query", "-W", "-f=${Version}\t${Architecture}\n", package]
    number, architecture = subprocess.check_output(asked, text=True).splitlines()[0].split("\t")
    system = _system_id()
    return {
        "type": "library", "name": package, "version": number, "bom-ref": f"deb:{package}",
        "purl": f"pkg:deb/{system}/{package}@{number}?arch={architecture}",
    }  # fmt: skip


def _system_id() -> str:
    return platform.freedesktop_os_release().get("ID", "debian")


def shipped_components() -> Iterator[dict[str, object]]:
    """Fonts, icons, dictionary and word vectors: what `debian/copyright` names."""
    told = (ROOT / "packaging/debian/copyright").read_text(encoding="utf-8")
    for part in told.split("\n\n")[1:]:
        fields = dict(re.findall(r"^(\w+): (.+)$", part, re.MULTILINE))
        name = fields["Comment"].split(";")[0].removeprefix("made of ")
        yield {
            "type": "data", "name": name, "bom-ref": f"data:{name}",
            "licenses": [{"license": {"id": fields["License"]}}],
        }  # fmt: skip


def main(bill_path: Path, licences: Path, folder: Path) -> None:
    """Complete both files in place and say how much there is."""
    of = owners(sources(folder))
    bill = json.loads(bill_path.read_text(encoding="utf-8"))
    kept = [one for one in bill["components"] if _plain(one["name"]) in of]
    missing = {name for name in of if ":" not in name} - {_plain(one["name"]) for one in kept}
    if missing := missing - {CHECKOUT, PYTHON, *STARTERS}:
        sys.exit(f"in the folder, but not in the bill: {', '.join(sorted(missing))}")
    packages = sorted(name.removeprefix("deb:") for name in of if name.startswith("deb:"))
    language = {
        "type": "framework", "name": "CPython", "version": platform.python_version(), "bom-ref": "python",
        "licenses": [{"license": {"id": "PSF-2.0"}}],
    }  # fmt: skip
    bill["components"] = [
        *kept, language, *map(starter, STARTERS), *map(system_component, packages), *shipped_components()
    ]  # fmt: skip
    refs = {one["bom-ref"] for one in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}
    bill["dependencies"] = [
        one | {"dependsOn": [name for name in one.get("dependsOn", ()) if name in refs]}
        for one in bill.get("dependencies", ()) if one["ref"] in refs
    ]  # fmt: skip
    bill_path.write_text(json.dumps(bill, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with licences.open("a", encoding="utf-8") as out:
        for package in packages:
            told = Path(f"/usr/share/doc/{package}/copyright")
            out.write(f"\n{'=' * 8} {package}, of {_system_id()}\n\n")
            out.write(told.read_text(encoding="utf-8", errors="replace") if told.exists() else "not told\n")
    count = sum(map(len, of.values()))
    print(f"   {count} files: {len(kept)} distributions, Python, {len(packages)} system packages")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
