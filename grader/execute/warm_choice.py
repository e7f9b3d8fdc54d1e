"""Says whether a notebook's import of TensorFlow would give what anyone's gives, so that it need not be made again.

In: sources of code cells, and names of the files handed in beside them. Out: yes or no.
Must never say yes where something that is done before the import could change what is imported: in doubt, no.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_IMPORTS = re.compile(r"^[^#\n]*\b(import|from)\s+([\w.]+\s*(as\s+\w+\s*)?,\s*)*(tensorflow|keras)\b", re.MULTILINE)
# Read when a line is logged, or when Python starts: neither decides what an import gives.
_HARMLESS = re.compile(
    r"""\b(os\s*\.\s*)?environ\s*\[\s*(['"])(TF_CPP_MIN_LOG_LEVEL|PYTHONHASHSEED)\2\s*\]\s*=(?!=)"""
    r"""|^\s*%(set_)?env\s+(TF_CPP_MIN_LOG_LEVEL|PYTHONHASHSEED)\b""",
    re.MULTILINE,
)
_CHANGES = re.compile(
    # the environment
    r"environ|putenv|unsetenv|%\s*(set_)?env\b|getattr\s*\(\s*os\b|KERAS_|TF_USE|tf_keras|set_backend|\.keras/|keras\.json"
    # what a name is imported as
    r"|\bsys\s*\.\s*(path|setdlopenflags)\b|\bsys\s+as\b|\.\s*(modules|meta_path|path_hooks)\b|reload|__import__"
    r"|importlib\s*\.\s*(util|abc|machinery|invalidate)|builtins|__builtin|\bsite\s*\.|pkg_resources|zipimport|runpy"
    r"|from\s+sys\s+import|vars\s*\(\s*sys\b|getattr\s*\(\s*sys\b"
    # files that could be imported in its place, and ways past Python
    r"|writefile|\.(py|pth|so)\b|ctypes|cffi|exec[lv]p?e?\s*\(|LD_(PRELOAD|LIBRARY_PATH)",
    re.IGNORECASE,
)
_COULD_BE_IMPORTED = (".py", ".pyc", ".so", ".pth", "matplotlibrc")


def imports_as_anyone(sources: Iterable[str], companions: Iterable[str]) -> bool:
    """True where TensorFlow is imported, and as any other notebook imports it."""
    text = "\n".join(sources)
    if not _IMPORTS.search(text) or _CHANGES.search(_HARMLESS.sub("", text)):
        return False
    return not any(name.lower().endswith(_COULD_BE_IMPORTED) for name in companions)
