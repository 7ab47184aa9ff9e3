"""Define the values that the parts of the drift engine pass to each other. Nothing here reads or writes.

selection.read_selection()      -> Declarations    what is declared
target.read_target()            -> Target          the environment's Python and platform
distributions.read_installed()  -> Installed       what is installed
comparison.find_differences()   -> Comparison      how the two differ
engine.run()                    -> Report          the result of a check
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.markers import Marker

Code = Literal[
    "missing", "version", "constraint", "transitive", "python", "broken", "source", "hash", "extra", "lock", "unknown"
]
Kind = Literal["venv", "virtualenv", "uv", "conda", "system"]
Verdict = Literal["clean", "drift", "unknown"]

# A marker as plain tuples, fit for the disk cache: ("and" | "or", tree, ...), or one comparison,
# (variable, operator, other side, whether the variable is on the left).
MarkerTree = tuple[Any, ...]


class Requirement(NamedTuple):
    """One requirement or constraint, read as pip reads it."""

    name: str | None  # normalized (PEP 503); None only if pip has none either (`./p`, a URL without #egg)
    specifier: str  # as packaging prints it: sorted clauses without spaces; "" is any version
    extras: frozenset[str]  # normalized
    marker: Marker | None
    url: str | None  # pip's Link.url: absolute, password masked
    editable: bool
    constraint: bool
    hashes: frozenset[str]  # "alg:hex", lower case
    raw: str  # the logical line as written, with its variables, without its comment; passwords are masked
    file: str  # absolute path
    line: int  # the first physical line, from 1
    path: str | None = None  # the absolute path of a local `url`; it may not exist
    config_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (key, values), from --config-settings


class Problem(NamedTuple):
    """Something in the declaring files that could not be read."""

    message: str
    file: str | None
    line: int | None
    refused: bool  # pip refuses the file because of it
    constraint: bool = False  # in a constraints file, or about one: it hides no declaration


class Declarations(NamedTuple):
    """What a set of files declares, in file order, duplicates and constraints included."""

    requirements: tuple[Requirement, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]  # absolute, in the order of reading; those that do not exist included (to be watched)
    lock: bool = False  # from a lock file: what its tool resolved, whatever the metadata of the packages says
    explained: frozenset[str] = frozenset()  # names that are declared but not wanted by default, normalized
    stale: str | None = None  # why the lock file is out of date


class Dependency(NamedTuple):
    """One parsed Requires-Dist line."""

    name: str  # normalized
    extras: tuple[str, ...]  # normalized, sorted
    specifier: str  # as written, without spaces and parentheses; "" if there is none
    marker: MarkerTree | None  # markers.evaluate_marker() takes it; None: always
    url: str | None  # PEP 508's `name @ url`

    @property
    def is_of_extra(self) -> bool:
        """Whether the marker is `extra == "x"` and nothing else."""
        marker = self.marker
        return marker is not None and marker[0] == "extra" and marker[1] == "==" and bool(marker[2])


class Fault(NamedTuple):
    """Something wrong with what is installed, independent of what is declared."""

    code: Literal["broken", "unknown"]  # unknown: it could not be read
    reason: Literal["duplicate", "emptied", "truncated", "undecodable", "unreadable", "invalid"]
    name: str | None  # of the distribution, normalized; None for the folder as a whole
    message: str  # one line; may contain text from files, not yet escaped for a terminal
    path: str


class Details(NamedTuple):
    """What is read from the files of a distribution. The defaults are those of a distribution without any."""

    requires: tuple[Dependency, ...] = ()
    requires_python: str | None = None
    provides_extra: frozenset[str] = frozenset()  # normalized
    direct_url: dict[str, Any] | None = None  # PEP 610; made from an .egg-link if there is only that
    editable: bool = False
    requested: bool = False  # PEP 376's REQUESTED
    faults: tuple[Fault, ...] = ()


class Contents(NamedTuple):
    """The files of one distribution, parsed."""

    name: str | None  # as METADATA has it; None if it cannot be read
    version: str | None
    details: Details


class Distribution:
    """One installed distribution, from its .dist-info, .egg-info or .egg-link.

    `name` (normalized), `version` (from the folder's name or METADATA; None if neither can be read), `path` (of the
    .dist-info or .egg-info, absolute) and `inherited` (from the base, the user's site or a .pth folder, not from this
    environment) are available at once. The rest is read from the files on first use, never raises, and is kept: a check
    of pins opens no file.
    """

    __slots__ = ("_details", "_read", "_without_extras", "inherited", "name", "path", "version")

    def __init__(
        self,
        name: str,
        version: str | None,
        path: str,
        inherited: bool = False,
        details: Details | None = None,
        read: Callable[[Distribution], Details] | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self.path = path
        self.inherited = inherited
        self._details = details
        self._read = read
        self._without_extras: tuple[Dependency, ...] | None = None

    @property
    def details(self) -> Details:
        if self._details is None:
            self._details = self._read(self) if self._read else Details()
            self._read = None
        return self._details

    @property
    def loaded(self) -> bool:
        return self._details is not None

    @property
    def requires(self) -> tuple[Dependency, ...]:
        return self.details.requires

    @property
    def requires_without_extras(self) -> tuple[Dependency, ...]:
        """`requires` without the dependencies of extras, which are most of it and seldom needed."""
        if self._without_extras is None:
            self._without_extras = tuple(one for one in self.details.requires if not one.is_of_extra)
        return self._without_extras

    @property
    def requires_python(self) -> str | None:
        return self.details.requires_python

    @property
    def provides_extra(self) -> frozenset[str]:
        return self.details.provides_extra

    @property
    def direct_url(self) -> dict[str, Any] | None:
        return self.details.direct_url

    @property
    def editable(self) -> bool:
        return self.details.editable

    @property
    def requested(self) -> bool:
        return self.details.requested

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.details.faults

    def __repr__(self) -> str:
        return f"Distribution({self.name!r}, {self.version!r}, {self.path!r}, inherited={self.inherited})"


class Site(NamedTuple):
    """A folder that the environment's Python imports distributions from."""

    path: str  # absolute
    inherited: bool


class Target(NamedTuple):
    """An environment's Python and platform, as known without running it."""

    path: str  # the environment's folder, absolute, as given
    kind: Kind
    python: str | None  # "3.11"
    full_version: str | None  # "3.11.7"; None if the patch release is unknown
    variables: dict[str, str]  # the known marker variables of PEP 508; a missing one is unknown
    sites: tuple[Site, ...]  # in the order of sys.path
    inherits: bool  # include-system-site-packages
    executable: str | None  # ENV/bin/python or ENV/Scripts/python.exe; for commands that are shown, never run here
    base: str | None  # the prefix of the base interpreter; None if there is none or it is unknown
    base_state: Literal["present", "gone", "other"] | None  # other: of another X.Y; None: unknown, or no base
    base_python: str | None  # X.Y of the base if base_state is "other"
    created_in: str | None = None  # the folder that a copied or moved environment was created in


class Installed(NamedTuple):
    """The distributions of one environment."""

    distributions: tuple[Distribution, ...]  # one for each name: the first in the order of the sites
    faults: tuple[Fault, ...]  # found without opening files; more are in each Distribution.faults
    notes: tuple[str, ...]  # shown with --verbose: `~artial` folders that pip left behind
    folders: tuple[
        Any, ...
    ] = ()  # for distributions.read_installed(previous=) and distributions.save_installed() alone


class NoEnvironmentError(Exception):
    """A folder is not a Python environment. str() is one line that describes what it is."""


class Finding(NamedTuple):
    """One difference between what is declared and what is installed. Its text may contain anything from files."""

    code: Code
    name: str | None  # of the distribution, normalized; None if there is none or it has no name yet
    message: str  # one sentence without file and line
    declared: str | None  # a specifier, a URL or a hash
    installed: str | None  # a version, a URL or a hash
    file: str | None  # absolute; with `line`, what declares it, or declares what needs it
    line: int | None  # from 1
    fix: str | None  # a command that fixes this finding; never run


class Note(NamedTuple):
    """A remark that is no difference; shown with --verbose."""

    message: str
    file: str | None
    line: int | None


class Comparison(NamedTuple):
    """What find_differences() found, before anything is left out."""

    findings: tuple[Finding, ...]  # in file order, then those that belong to no line
    notes: tuple[Note, ...]
    complete_freeze: bool  # the files hold only exact pins and links, and all that those need
    undeclared: tuple[Distribution, ...]  # installed here, and the files do not lead to it
    contradictions: frozenset[Finding] = frozenset()  # findings for which the files have no solution


class Report(NamedTuple):
    """The result of one check."""

    verdict: Verdict
    root: str  # the project's folder, absolute; files are shown relative to it
    environment: Target | None  # None if there is none
    declarations: Declarations
    complete_freeze: bool
    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...]  # what the user ignores
    notes: tuple[Note, ...]
    fix: str | None  # one command that fixes what can be fixed; None: nothing to fix, or no safe way to write it
    trouble: str | None = None  # why nothing was compared: what happened, and what to do
    undeclared: tuple[Distribution, ...] = ()  # what nothing in the project declares, if requested
    also_read: tuple[str, ...] = ()  # absolute paths of the files that were read to find out what is extra


class UsageError(Exception):
    """The caller named something that does not exist. str() is one line: what happened; what to do."""
