"""The report of an import as people read it, in the window and on the command line."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.texts import tr
from app.texts.intake import Refused, explain_repair, explain_row_refusal

SHOWN = 20


class Report(Protocol):
    """What came of a file, as this module needs it."""

    file: str
    read: int
    new: int
    known: int
    refused: int
    detected: int
    repairs: Counter[str]
    unknown_agencies: Counter[str]

    @property
    def refusals(self) -> Sequence[Refused]: ...


def report_head(report: Report) -> str:
    """The figures in one line."""
    return tr(
        "{file}: read {read}, new {new}, already known {known}, refused {refused}",
        file=report.file, read=report.read, new=report.new, known=report.known, refused=report.refused,
    )  # fmt: skip


def report_lines(report: Report, refused_path: Path | None) -> list[str]:
    """The figures, where the messages went, the rows refused, what was mended, agencies that nobody knows."""
    lines = [report_head(report)]
    if report.new:
        in_stream = report.new - report.detected
        lines.append(tr("In the stream: {stream}, in the inbox: {inbox}", stream=in_stream, inbox=report.detected))
    lines += [f"  {explain_row_refusal(refusal)}" for refusal in report.refusals[:SHOWN]]
    if report.refused > SHOWN:
        lines.append(tr("  … and {count} more", count=report.refused - SHOWN))
    if report.refused and refused_path:
        lines.append(tr("Refused rows are in {path}: mend them and take the file in again.", path=refused_path))
    lines += [f"  {explain_repair(code)}: {count}" for code, count in report.repairs.most_common()]
    if report.unknown_agencies:
        lines.append(tr("Agencies that the directory does not know (kept as suggestions):"))
        lines += [f"  {name}: {count}" for name, count in report.unknown_agencies.most_common(SHOWN)]
        if len(report.unknown_agencies) > SHOWN:
            lines.append(tr("  … and {count} more", count=len(report.unknown_agencies) - SHOWN))
    return lines
