"""Distributions installed by name, whatever installed them (states.BY_NAME).

solo 1.0, torchy 1.0+cu118, posty 1.0.post1, preview 2.0rc1, Zope.Thing_Pkg 1.0; web 1.0 (needs core>=1,<3), core 2.0;
clash 1.0 (needs core<2), lacky 1.0 (needs absent), exa 1.0 (extras a -> b -> leaf), marky 1.0 (needs under markers).
"""

from __future__ import annotations

from typing import Any

from drift.scenarios.table import FETCH, Row

_C = (("c.txt", "solo<1.0\n"),)

VERSIONS = (
    Row("solo==1.0"),
    Row("solo"),
    Row("SOLO == 1.0"),
    Row("solo>=1.0"),
    Row("solo<2"),
    Row("solo~=1.0"),
    Row("solo!=2.0"),
    Row("solo===1.0"),
    Row("solo==1"),
    Row("solo==1.0.0"),
    Row("solo==1.*"),
    Row("solo>=0.5,<1.5,!=1.2"),
    Row("solo==2.0", "version solo"),
    Row("solo>1.0", "version solo"),
    Row("solo>=1.1", "version solo"),
    Row("solo<1.0", "version solo"),
    Row("solo!=1.0", "version solo"),
    Row("solo===1.0.0", "version solo"),
    Row("solo==1.1.*", "version solo"),
    Row("solo~=1.1", "version solo"),
    Row("solo>=1.0,<1.0", "version solo"),
    Row("torchy==1.0"),
    Row("torchy==1.0+cu118"),
    Row("torchy===1.0+cu118"),
    Row("torchy>=1.0"),
    Row("torchy==1.0.*"),
    Row("torchy===1.0", "version torchy"),
    Row("torchy==1.0+cpu", "version torchy"),
    Row("torchy>1.0", "version torchy"),
    Row("torchy!=1.0", "version torchy"),
    Row("posty==1.0.*"),
    Row("posty>=1.0"),
    Row("posty>1.0.post0"),
    Row("posty>1.0", "version posty"),
    Row("posty==1.0", "version posty"),
    Row("preview"),
    Row("preview>=1.0"),
    Row("preview>1.0"),
    Row("preview==2.0rc1"),
    Row("preview==2.*"),
    Row("preview>=2.0", "version preview"),
    Row("preview<2.0", "version preview"),
    Row("Zope.Thing_Pkg==1.0"),
    Row("zope-thing.pkg"),
    Row("zope_thing_pkg==2.0", "version zope-thing-pkg"),
)

LINES = (
    Row(""),
    Row("# nothing\n"),
    Row("absent", "missing absent"),
    Row("absent==1.0", "missing absent"),
    Row("nosuch", "missing nosuch"),
    Row('absent; python_version < "3"'),
    Row('absent; python_version >= "3"', "missing absent"),
    Row('solo==2.0; sys_platform == "win32"'),
    Row('absent; extra == "x"'),
    Row('absent; python_full_version >= "3.0.0" or platform_release == "x"', "missing absent"),
    Row("solo==1.0\nsolo==1.0"),
    Row("solo>=1.0\nsolo<2"),
    Row("solo==1.0\nsolo==2.0", "version solo"),
    Row("solo==1.0\nabsent\nweb", "missing absent"),
    Row("solo==1.\\\n0"),
    Row("--pre\nsolo==1.0"),
    Row("solo==1.0 --hash=sha256:{wrong}", note="hash of solo"),
    Row("-r more.txt", "version solo", files=(("more.txt", "solo==2.0\n"),)),
    Row("-r more/more.txt", files=(("more/more.txt", "-r deep.txt\n"), ("more/deep.txt", "solo==1.0\n"))),
    Row("solo == ", "unknown"),
    Row("solo==1.0\n--no-such-option", "unknown"),
    Row("-r nofile.txt", "unknown"),
    Row("absent\nsolo == ", "missing absent; unknown"),
    Row("-r https://localhost/r.txt", "unknown", FETCH, "nobody"),
)

ELSEWHERE = (
    Row("solo @ https://localhost/solo-1.0-py3-none-any.whl", "source solo", FETCH, "nobody"),
    Row("solo @ git+https://localhost/solo.git", "source solo", FETCH, "nobody"),
    Row("{depot}/solo-1.0-py3-none-any.whl", "source solo", ask="uv"),
    Row("{depot}/solo-2.0-py3-none-any.whl", "version solo"),
)

# An egg-info says nothing of where it came from, so nothing is told.
_UNSAID = "nothing recorded where it came from: what cannot be verified is a note, no drift"
ELSEWHERE_OF_EGGS = (
    Row("solo @ https://localhost/solo-1.0-py3-none-any.whl", "", _UNSAID, "nobody", note="not recorded"),
    Row("solo @ git+https://localhost/solo.git", "", _UNSAID, "nobody", note="not recorded"),
    Row("{depot}/solo-1.0-py3-none-any.whl", note="not recorded"),
    Row("{depot}/solo-2.0-py3-none-any.whl", "version solo"),
)

CONSTRAINTS = (
    Row("solo", "constraint solo", options=("-c", "c.txt"), files=_C),
    Row("-c c.txt\nsolo", "constraint solo", files=_C),
    Row("-c c.txt\nweb", files=_C),
    Row("-c c.txt\nweb", "constraint core", files=(("c.txt", "core<2\n"),)),
    Row("-c c.txt\nweb", files=(("c.txt", "core<3\nsolo<9\nabsent==1.0\n"),)),
    Row("-c c.txt\nsolo", files=(("c.txt", 'solo<1.0; python_version < "3"\n'),)),
    Row("-c c.txt\nsolo==2.0", "version solo; constraint solo", files=_C),
    Row("-c c.txt\nsolo", "missing absent", files=(("c.txt", "-r real.txt\n"), ("real.txt", "absent\n"))),
    Row("-c c.txt\nsolo", files=(("c.txt", "-c deeper.txt\n"), ("deeper.txt", "absent==1.0\n"))),
    Row("-c c.txt\nsolo", "unknown solo", files=(("c.txt", "solo[x]<1.0\n"),)),
)

NEEDS = (
    Row("web"),
    Row("web\ncore==2.0"),
    Row("web\ncore==3.0", "version core"),
    Row("exa"),
    Row("exa[a]", "transitive leaf"),
    Row("exa[b]", "transitive leaf"),
    Row("exa[A,none]", "transitive leaf"),
    Row("exa[none]"),
    Row("exa[old]"),
    Row("exa[a]\nleaf", "missing leaf"),
    Row("marky"),
    Row("marky[plat]", "transitive absent"),
    Row("clash", "transitive core"),
    Row("clash==1.0\ncore==2.0", "transitive core"),
    Row("lacky", "transitive absent"),
    Row("lacky\nabsent", "missing absent"),
    Row("lacky==2.0", "version lacky"),
    Row('lacky; python_version < "3"'),
    Row("solo\nlacky\nexa[a]", "transitive absent; transitive leaf"),
)

# What `pip freeze` prints of conda's: the folder that it was built in, somewhere else and long ago.
OF_CONDA = (
    Row("posty @ file:///croot/posty_1700000000000/work"),
    Row("posty @ file:///croot/posty_1700000000001/work", "source posty"),
)

ROWS = VERSIONS + LINES + ELSEWHERE + CONSTRAINTS + NEEDS
ROWS_OF_EGGS = VERSIONS + LINES + ELSEWHERE_OF_EGGS + CONSTRAINTS + NEEDS

# The same where no REQUESTED says that the installer would have recorded a URL.
_NOT_RECORDED: dict[str, Any] = {
    "drift": "",
    "note": "the source of solo was not recorded",
    "ask": "nobody",
    "why": FETCH,
}
ROWS_NOT_RECORDED = tuple(row._replace(**_NOT_RECORDED) if row.drift == "source solo" else row for row in ROWS)
