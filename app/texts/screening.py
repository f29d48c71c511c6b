"""Words of п. 20 found in a message, named for the curator who decides."""

from app.services.screening import Flag, Label
from app.texts import mark, tr

_LABELS = {
    Label.OBSCENE: mark("obscene"),
    Label.INSULT: mark("insulting"),
    Label.THREAT: mark("a threat"),
}


def flag_words(flag: Flag) -> str:
    """ "оскорбительное: «сволочи»" """
    return tr("{label}: “{words}”", label=tr(_LABELS[flag.label]), words=flag.words)
