"""The plain text of an English turn: lower-case words, contractions written out, ends of sentences.

Commas, brackets and quotation marks are left out; a full stop and a question mark stay as words of
their own, where there are any, since a recogniser may set none. `can't`, `cant` and `cannot` become
`can not`, `gonna` becomes `going to`, so that operators and table see one form.
"""

import re

from callrisk.domain.language.analysed import PlainText

PAUSES = " \t,.;:!?\"'()[]-–—…“”‘’"
_TOKEN = re.compile(r"[a-z0-9●＊■£$€¥%]+(?:'[a-z]+)*'?|[.?!;…]+")
_APOSTROPHES = str.maketrans("’‘`´", "''''")
# Words that stand for several; without the apostrophe where no other word is written so.
_WRITTEN_OUT = {
    "can't": "can not", "cannot": "can not", "cant": "can not", "won't": "will not",
    "wont": "will not", "shan't": "will not", "ain't": "is not", "aint": "is not",
    "gonna": "going to", "gotta": "have to", "wanna": "want to", "lemme": "let me",
    "gimme": "give me", "dunno": "do not know", "kinda": "kind of", "cos": "because",
    "cuz": "because", "'cause": "because", "coz": "because", "let's": "let us", "y'all": "you",
    "i'm": "i am", "im": "i am", "it's": "it is", "that's": "that is", "there's": "there is",
    "theres": "there is", "thats": "that is", "what's": "what is", "he's": "he is",
    "she's": "she is", "who's": "who is", "where's": "where is", "here's": "here is",
    "how's": "how is", "everything's": "everything is", "ive": "i have", "ill": "ill",
    "weve": "we have", "youre": "you are", "theyre": "they are", "youll": "you will",
    "theyll": "they will", "mum": "mom", "instalment": "installment",
    "instalments": "installments", "cheque": "check", "pls": "please", "ok": "okay",
    "yep": "yes", "yeah": "yes", "yup": "yes", "nope": "no", "nah": "no", "til": "until",
    "till": "until", "'til": "until", "whatcha": "what you", "outta": "out of", "tryna": "trying"
                                                                                         " to",
    "favourite": "favorite", "cancelled": "canceled", "cancelling": "canceling",
    "repossesed": "repossessed", "paycheque": "paycheck", "gunna": "going to", "hafta": "have to",
}  # fmt: skip
_NOT_WITHOUT_APOSTROPHE = re.compile(
    "(do|does|did|is|are|was|were|have|has|had|could|would|should|need|must|might)n'?t"
)
_ENDINGS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
# Sounds of hesitation say nothing.
_FILLERS = frozenset(
    {"um", "umm", "uh", "uhm", "er", "erm", "ah", "eh", "hmm", "hm", "mm", "mhm", "oh", "uhh"}
)


def plain_text(turn: str) -> PlainText:
    """Return the words of a turn, each with one space behind it but the last."""
    letters: list[str] = []
    offsets: list[int] = []
    for match in _TOKEN.finditer(turn.translate(_APOSTROPHES).lower()):
        token, begin = match[0], match.start()
        if token in _FILLERS:
            continue
        written = _written(token)
        if written == "." and (not letters or letters[-1] in ".?"):
            continue
        if letters:
            letters.append(" ")
            offsets.append(begin)
        letters += written
        last = match.end() - 1
        offsets += [min(begin + at, last) for at in range(len(written))]
    return PlainText("".join(letters), tuple(offsets))


def _written(token: str) -> str:
    """Return a token as it is read: written out, and the end of a sentence as one letter."""
    if not token[0].isalnum() and token[0] in ".?!;…":
        return "?" if "?" in token else "."
    written = _WRITTEN_OUT.get(token)
    if written is not None:
        return written
    negated = _NOT_WITHOUT_APOSTROPHE.fullmatch(token)
    if negated:
        return f"{negated[1]} not"
    stem, mark, ending = token.rpartition("'")
    if mark and ending in _ENDINGS:
        return f"{stem} {_ENDINGS[ending]}"
    return token.rstrip("'")
