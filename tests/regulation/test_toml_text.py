"""A regulation written anew is the same regulation."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.profile_file import parse
from app.regulation.toml_text import changed, write
from app.services.regulations import regulation_text, shipped_keys
from tests.helpers.rules import DATA

FILES = [regulation_text(key) for key in shipped_keys()] + [p.read_text(encoding="utf-8") for p in DATA.glob("*.toml")]
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
VALUES = st.recursive(
    TEXTS | st.integers(-10, 10**6) | st.booleans() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("text", FILES)
def test_every_known_regulation_comes_back_as_it_was(text):
    document = tomllib.loads(text)

    assert tomllib.loads(write(document)) == document
    assert parse(write(document), "again.toml") == parse(text, "again.toml")


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_any_document_comes_back_as_it_was(document):
    assert tomllib.loads(write(document)) == document


def test_changes_are_put_at_their_paths_and_the_document_stays():
    document = {"clock": {"draft": {"limit": "1 h", "who": "executor"}}, "readings": {}}
    after = changed(
        document,
        {("clock", "draft", "limit"): "not set", ("readings", "boundary"): "next", ("clock", "draft", "who"): None},
    )

    assert after == {"clock": {"draft": {"limit": "not set"}}, "readings": {"boundary": "next"}}
    assert document["clock"]["draft"] == {"limit": "1 h", "who": "executor"}


def test_what_has_no_form_is_an_error():
    with pytest.raises(TypeError, match="no form"):
        write({"a": 1.5})
