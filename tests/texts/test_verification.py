"""Every finding of a verification has its sentence."""

import ast
import inspect

from app.services import verifying
from app.texts import verification


def test_every_finding_is_said():
    tree = ast.parse(inspect.getsource(verifying))
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}

    known = verification._FINDINGS.keys()
    suffixes = ("_broken", "_missing", "_differs", "_differ", "_extra", "_unknown", "_unreadable", "_backwards")
    said = {word for word in words if word.endswith(suffixes)}
    assert said == set(known)
