"""The words people read: English source strings, Russian as the first translation and the default.

Catalogues are JSON files under resources/translations/<language>/, one for each part of the program:
{"Send to agency": "Направить в орган", "{n} message": ["{n} сообщение", "{n} сообщения", "{n} сообщений"]}.
Window and command line speak through these functions only; the rules and the history hold codes.
"""

from app.texts.catalog import language, mark, tr, trn, use_language

__all__ = ["language", "mark", "tr", "trn", "use_language"]
