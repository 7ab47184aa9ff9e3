"""What the parts of the drift engine hand to one another: plain, frozen values, and nothing that reads or writes.

requirements.read() -> Declarations      what is asked for
distributions.read_installed()    -> Installed         what is there, and for which Python (Target)
comparison.find_differences()   -> tuple[Finding]    where the two differ
check()             -> Report            all of it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.markers import Marker

Code = Literal[
    "missing", "version", "constraint", "transitive", "python", "broken", "source", "hash", "extra", "unknown"
]
Kind = Literal["venv", "virtualenv", "uv", "conda", "system"]
Verdict = Literal["clean", "drift", "unknown"]

# A marker in plain tuples, which the disk cache can hold: ("and" | "or", tree, ...), or one comparison,
# (variable, operator, other side, whether the variable is on the left).
MarkerTree = tuple[Any, ...]


class Requirement(NamedTuple):
    """One requirement or constraint, read as pip reads it."""

    name: str | None  # normalized (PEP 503); None only where pip has none either (`./p`, a URL without #egg)
    specifier: str  # as packaging prints it: clauses sorted, no spaces; "" is any version
    extras: frozenset[str]  # normalized
    marker: Marker | None
    url: str | None  # pip's Link.url: absolute, password masked
    editable: bool
    constraint: bool
    hashes: frozenset[str]  # "alg:hex", lower case
    raw: str  # the logical line as written, variables in it, without its comment; a URL's password is masked
    file: str  # absolute path
    line: int  # the first physical line, from 1
    path: str | None = None  # where `url` is a local one: the absolute path it leads to, which may not exist
    config_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (key, values), from --config-settings


class Problem(NamedTuple):
    """Something in the requirement files, or in the environment, that could not be read."""

    message: str
    file: str | None
    line: int | None
    refused: bool  # pip would refuse the file because of it


class Declarations(NamedTuple):
    """All that a nest of requirement files asks for, in file order, duplicates and constraints kept."""

    requirements: tuple[Requirement, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]  # absolute, in the order of reading; also those that are not there (somebody may watch them)


class Dependency(NamedTuple):
    """One Requires-Dist line, taken apart."""

    name: str  # normalized
    extras: tuple[str, ...]  # normalized, sorted
    specifier: str  # as written, without spaces and parentheses; "" where there is none
    marker: MarkerTree | None  # markers.evaluate_marker() takes it; None: always
    url: str | None  # PEP 508's `name @ url`

    @property
    def is_of_extra(self) -> bool:
        """Whether the marker is `extra == "x"` and nothing else."""
        marker = self.marker
        return marker is not None and marker[0] == "extra" and marker[1] == "==" and bool(marker[2])


class Fault(NamedTuple):
    """Something wrong with what is installed, whatever is declared."""

    code: Literal["broken", "unknown"]  # unknown: it could not be read, so nothing can be said
    reason: Literal["duplicate", "emptied", "truncated", "undecodable", "unreadable", "invalid"]
    name: str | None  # of the distribution, normalized; None where it is the folder as a whole
    message: str  # what it is, one line; may hold text from files, not yet fit for a terminal
    path: str


class Details(NamedTuple):
    """What has to be read out of a distribution's files; the defaults are those of a distribution that says nothing."""

    requires: tuple[Dependency, ...] = ()
    requires_python: str | None = None
    provides_extra: frozenset[str] = frozenset()  # normalized
    direct_url: dict[str, Any] | None = None  # PEP 610; made up from an .egg-link where that is all there is
    editable: bool = False
    requested: bool = False  # PEP 376's REQUESTED
    faults: tuple[Fault, ...] = ()


class Contents(NamedTuple):
    """What was read of one distribution's files."""

    name: str | None  # as METADATA writes it; None where it cannot be read
    version: str | None
    details: Details


class Distribution:
    """One installed distribution, from its .dist-info, .egg-info or .egg-link.

    `name` (normalized), `version` (as the folder or METADATA says it; None where nothing can be read), `path` (of the
    .dist-info or .egg-info, absolute) and `inherited` (it comes from the base, the user's site or a .pth folder, not
    from this environment) are known at once. The rest is read out of its files when first asked for, never raises, and
    is kept: a check of pins opens no file.
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
        """`requires` but for what `extra == "x"` alone makes needed, which is most of it and asked for seldom."""
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
    """One folder that the environment's Python imports distributions from."""

    path: str  # absolute
    inherited: bool


class Target(NamedTuple):
    """An environment's Python and platform, as far as they can be known without running it."""

    path: str  # the environment's folder, absolute, as asked for
    kind: Kind
    python: str | None  # "3.11"
    full_version: str | None  # "3.11.7"; None where the patch is not known
    variables: dict[str, str]  # PEP 508's marker variables that are known; one that is missing is unknown
    sites: tuple[Site, ...]  # in the order of sys.path
    inherits: bool  # include-system-site-packages
    executable: str | None  # ENV/bin/python or ENV/Scripts/python.exe; for the user's commands, never run here
    base: str | None  # the prefix of the Python that it was made from; None where there is none or it is not known
    base_state: Literal["present", "gone", "other"] | None  # other: of another X.Y; None: not known, or has no base
    base_python: str | None  # X.Y of the base where base_state is "other"


class Installed(NamedTuple):
    """What one environment holds."""

    distributions: tuple[Distribution, ...]  # one for each name: the first in the order of the target's sites
    faults: tuple[Fault, ...]  # seen without opening any file; more are in each Distribution.faults
    notes: tuple[str, ...]  # worth a line with --verbose: `~artial` folders that pip left behind
    folders: tuple[
        Any, ...
    ] = ()  # for distributions.read_installed(previous=) and distributions.save_installed() alone


class NoEnvironmentError(Exception):
    """There is no Python environment in that folder; str() is one line that says what was found instead."""


class Finding(NamedTuple):
    """One difference between what is declared and what is installed. Texts may hold anything that the files hold."""

    code: Code
    name: str | None  # the distribution concerned, normalized; None where there is none or it has no name yet
    message: str  # one sentence without file and line
    declared: str | None  # what is asked for: a specifier, a URL, a hash
    installed: str | None  # what is there: a version, a URL, a hash
    file: str | None  # absolute; the line that asks for it, or that asks for what needs it
    line: int | None  # from 1
    fix: str | None  # a command that would mend this one finding; never run


class Note(NamedTuple):
    """Something worth a line with --verbose, which is no difference."""

    message: str
    file: str | None
    line: int | None


class Comparison(NamedTuple):
    """What compare() found, before anything is left out."""

    findings: tuple[Finding, ...]  # in file order, then what no line asks for
    notes: tuple[Note, ...]
    complete_freeze: bool  # the files hold exact pins and links alone, and all that those need


class Report(NamedTuple):
    """All that one check says."""

    verdict: Verdict
    root: str  # the project's folder, absolute: files are shown relative to it
    environment: Target | None  # None where there is none
    declarations: Declarations
    complete_freeze: bool
    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...]  # what the user switched off
    notes: tuple[Note, ...]
    fix: str | None  # one command that mends what can be; None: nothing to mend, or no safe way to write it
    trouble: str | None = None  # why no comparison was made at all: what happened, and what to do


class UsageError(Exception):
    """The caller named something that is not there, or that does not exist; str() is one line: what, and what to do."""
