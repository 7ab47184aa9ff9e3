"""Distributions installed from files, folders and repositories, and what may be declared of them."""

from __future__ import annotations

from drift.scenarios.table import BUILDS_ANEW, EDITS_ANEW, HASH_UNREAD, VERSIONS_ALONE, Row

_SOLO = "solo @ file://{depot}/solo-1.0-py3-none-any.whl"

# solo 1.0 from a wheel, gram 1.0 from an sdist, ./plain, and -e ./edit
FILES = (
    Row("solo==1.0"),
    Row("solo"),
    Row("solo>1.0", "version solo"),
    Row(_SOLO),
    Row("{depot}/solo-1.0-py3-none-any.whl"),
    Row("file://{depot}/solo-1.0-py3-none-any.whl"),
    Row("file://localhost{depot}/solo-1.0-py3-none-any.whl"),
    Row("file://{depot}/%73olo-1.0-py3-none-any.whl"),
    Row(_SOLO + "#sha256={right}"),
    Row("solo==1.0 --hash=sha256:{right}"),
    Row("solo==1.0 --hash=sha256:{right} --hash=sha256:{wrong}"),
    Row("./solo-1.0-py3-none-any.whl", "source solo", VERSIONS_ALONE),
    Row("{depot}/solo-2.0-py3-none-any.whl", "version solo"),
    Row("{depot}/core-1.0-py3-none-any.whl", "source core", VERSIONS_ALONE),
    Row("gram==1.0"),
    Row("gram==2.0", "version gram"),
    Row("{depot}/gram-1.0.tar.gz", "", BUILDS_ANEW),
    Row("gram @ file://{depot}/gram-1.0.tar.gz", "", BUILDS_ANEW),
    Row("plain==1.0"),
    Row("plain"),
    Row("plain==2.0", "version plain"),
    Row("./plain", "", BUILDS_ANEW),
    Row("plain", "", files=(("plain/more.txt", ""),)),
    Row("./plain/", "", BUILDS_ANEW),
    Row("./link", "", BUILDS_ANEW),
    Row("{root}/plain", "", BUILDS_ANEW),
    Row("plain @ file://{root}/plain", "", BUILDS_ANEW),
    Row("plain @ file://{root}/link", "", BUILDS_ANEW),
    Row("./copied", "source plain"),
    Row("-e ./plain", "source plain"),
    Row("edit==1.0"),
    Row("edit>1", "version edit"),
    Row("-e ./edit", "", EDITS_ANEW),
    Row("-e edit", "", EDITS_ANEW),
    Row("-e {root}/edit", "", EDITS_ANEW),
    Row("-e file://{root}/edit", "", EDITS_ANEW),
    Row("-e ./edit-link", "", EDITS_ANEW),
    Row('-e ./edit ; python_version < "3"', "", "pip drops an editable's marker, and " + EDITS_ANEW),
    Row('./edit ; python_version < "3"'),
    Row("./edit", "source edit"),
    Row("-e './edit too'", "source edit"),
    Row("-e ./edit[more]", "transitive absent"),
    Row("-e ./edit[none]", "", EDITS_ANEW),
    Row("-e ./edit\nabsent", "missing absent"),
    Row("-c c.txt\nsolo", files=(("c.txt", _SOLO + "\n"),)),
)

# pip keeps an archive's hash in direct_url.json; uv does not.
FILES_BY_PIP = (
    Row("solo==1.0 --hash=sha256:{wrong}", "hash solo", HASH_UNREAD),
    Row(_SOLO + " --hash=sha256:{wrong}", "hash solo"),
    Row(_SOLO + "#sha256={wrong}", "hash solo"),
    Row("gram==1.0 --hash=sha256:{wrong}", "hash gram", HASH_UNREAD),
    Row("-c c.txt\nsolo", "hash solo", HASH_UNREAD, files=(("c.txt", "solo==1.0 --hash=sha256:{wrong}\n"),)),
)
FILES_BY_UV = (Row("solo==1.0 --hash=sha256:{wrong}", note="hash of solo"),)

FILES_FROZEN = (Row("FREEZE", "", "pip installs editables, folders and sdists anew each time", complete=True),)

_REP = "rep @ git+file://{repo}"

# rep 1.0 from git+file://REPO@main
GIT = (
    Row("rep==1.0"),
    Row("rep==2.0", "version rep"),
    Row(_REP + "@main"),
    Row("git+file://{repo}@main#egg=rep"),
    Row("git+file://{repo}/@main#egg=rep"),
    Row(_REP),
    Row(_REP + "@{main}"),
    Row(_REP + "@side", "source rep", VERSIONS_ALONE),
    Row(_REP + "@{side}", "source rep", VERSIONS_ALONE),
    Row(_REP + "@v1", "source rep", VERSIONS_ALONE),
    Row("rep @ git+file://{other}@main", "source rep", VERSIONS_ALONE),
    Row("rep @ file://{repo}", "source rep"),
    Row("-e git+file://{repo}@main#egg=rep", "source rep"),
    Row("-e {repo}", "source rep"),
    Row("FREEZE", complete=False),
)

# rep 1.0 from git+file://REPO@COMMIT
GIT_COMMIT = (
    Row(_REP + "@{main}"),
    Row(_REP),
    Row(
        _REP + "@main",
        "source rep",
        "which commit main stood for then was not recorded, and pip compares versions alone",
    ),
    Row(_REP + "@{side}", "source rep", VERSIONS_ALONE),
    Row("FREEZE", complete=False),
)

_E = "-e git+file://{repo}"

# rep 1.0 by `-e git+file://REPO@main#egg=rep`
GIT_EDITABLE = (
    Row("rep==1.0"),
    Row("rep>1", "version rep"),
    Row(_E + "@main#egg=rep", "", EDITS_ANEW),
    Row(_E + "#egg=rep", "", EDITS_ANEW),
    Row(_E + "@{main}#egg=rep", "", EDITS_ANEW),
    Row(_E + "@side#egg=rep", "source rep"),
    Row(_E + "@{side}#egg=rep", "source rep"),
    Row(_E + "@v1#egg=rep", "source rep"),
    Row(_E + "@light#egg=rep", "source rep"),
    Row("-e git+file://{other}@main#egg=rep", "source rep"),
    Row(_REP + "@main", "source rep"),
    Row("-e {repo}", "source rep"),
    Row("-e .venv/src/rep", "", EDITS_ANEW),
    Row("FREEZE", "", EDITS_ANEW, complete=False),
)

# the same, its working copy switched to the branch side
GIT_EDITABLE_MOVED = (
    Row("rep==1.0"),
    Row(_E + "@main#egg=rep", "source rep"),
    Row(_E + "@{main}#egg=rep", "source rep"),
    Row(_E + "@side#egg=rep", "", EDITS_ANEW),
    Row(_E + "@{side}#egg=rep", "", EDITS_ANEW),
    Row(_E + "#egg=rep", "", EDITS_ANEW),
)
