"""How a response says under which name it is to be saved.

Source: RFC 6266 (the header), RFC 8187 (names beyond ASCII). Recipients that know ``filename*`` prefer it.
"""

import re
import unicodedata
from urllib.parse import quote

_UNSAFE = re.compile(r'[^\x20-\x7e]|["\\%/]')


def attachment(file_name: str) -> str:
    """``attachment`` with the name in plain ASCII and, where that lost something, the exact one."""
    plain = unicodedata.normalize("NFKD", file_name).encode("ascii", "ignore").decode()
    plain = _UNSAFE.sub("_", plain)
    if plain == file_name:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
