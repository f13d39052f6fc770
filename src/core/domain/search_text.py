"""What counts as a word when people search, the same whichever database keeps the words."""

import re
import unicodedata

WORD_MAX = 60  # characters; longer ones are cut, in what is kept and in what is asked
_WORD = re.compile(r"[^\W_]+")
# Letters that Unicode does not take apart into a plain one and its accent.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)


def words_of(text: str) -> list[str]:
    """In order, without case and accents: ``Crème-Brûlée No. 2`` gives ``creme brulee no 2``."""
    # Twice: taking signs apart may bring capitals to light, and small letters accents.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_PLAIN)
    return [word[:WORD_MAX] for word in _WORD.findall(plain)]
