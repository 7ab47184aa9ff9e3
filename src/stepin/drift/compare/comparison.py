"""Find the differences between what is declared and what is installed.

Pure, except that a Distribution reads its own files when they are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepin.drift.compare.closure import CERTAIN, REPLACED, UNCERTAIN, Closure, Edge, Root, follow_dependencies
from stepin.drift.compare.extras import INSTALLERS
from stepin.drift.compare.requirement import absent, compare_requirement
from stepin.drift.model import Comparison, Finding, Note
from stepin.drift.pep508 import markers

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from stepin.drift.compare.difference import Difference
    from stepin.drift.compare.lookups import Lookups
    from stepin.drift.declared.local_project import LocalProject
    from stepin.drift.model import Code, Declarations, Distribution, Installed, Requirement, Target

_NONE: frozenset[str] = frozenset()


def find_differences(
    declarations: Declarations,
    installed: Installed,
    target: Target,
    known: Lookups,
    ignored: AbstractSet[str] = _NONE,
) -> Comparison:
    """Return all differences except extras.

    `known` comes from lookups.look_up(). Nothing is reported below the distributions named in `ignored`.
    """
    return _DifferenceFinder(declarations, installed, target, known).run(ignored)


class _DifferenceFinder:
    """The state of one comparison. Each method finds one kind of difference."""

    def __init__(self, declarations: Declarations, installed: Installed, target: Target, known: Lookups) -> None:
        self.declarations = declarations
        self.installed = installed
        self.target = target
        self.known = known
        self.distributions = {one.name: one for one in installed.distributions}
        self.findings: list[Finding] = []
        self.notes = [Note(text, None, None) for text in installed.notes]
        self.roots: list[Root] = []
        self.folders: dict[str, LocalProject] = {}  # by the name of what is installed from them
        self.missing: set[str] = set()
        self.contradictions: set[Finding] = set()
        self.replaced: set[str] = set()  # another version or another source is declared

    def run(self, ignored: AbstractSet[str]) -> Comparison:
        for problem in self.declarations.problems:
            if self.declarations.lock:
                message = f"the lock file {problem.message}"
            else:
                what = "pip refuses this" if problem.refused else "this cannot be determined"
                message = f"{what}: {problem.message}"
            self._add("unknown", None, message, problem.file, problem.line)
        for requirement in self.declarations.requirements:
            if not requirement.constraint:
                self._requirement(requirement)
        constraints = self._constraints()
        closure = follow_dependencies(
            self.roots, self.distributions, self.folders, self.replaced | ignored, self.target
        )
        for requirement, difference in constraints:
            level = closure.reached.get(requirement.name or "", (REPLACED, None))[0]
            if level != REPLACED:
                self._report(requirement, difference, level == CERTAIN)
        self._unmet(closure)
        self._python(closure)
        self._faults()
        undeclared = tuple(
            one for one in self.installed.distributions if not one.inherited and one.name not in closure.reached
        )
        return Comparison(
            tuple(self.findings),
            tuple(self.notes),
            self._is_complete_freeze(closure),
            undeclared,
            frozenset(self.contradictions),
        )

    def _add(
        self,
        code: Code,
        name: str | None,
        message: str,
        file: str | None = None,
        line: int | None = None,
        declared: str | None = None,
        installed: str | None = None,
    ) -> None:
        self.findings.append(Finding(code, name, message, declared, installed, file, line, None))

    def _report(self, requirement: Requirement, difference: Difference, certain: bool) -> None:
        """Add a difference of one line. `certain` is False if it cannot be determined whether the line applies."""
        code, message = difference.code, difference.message
        if code is None:
            self.notes.append(Note(message, requirement.file, requirement.line))
            return
        name = requirement.name or self._name(requirement)
        if not certain:
            code, message = "unknown", f"{message}, but whether `{requirement.marker}` holds here cannot be determined"
        self._add(code, name, message, requirement.file, requirement.line, difference.declared, difference.installed)

    def _requirement(self, requirement: Requirement) -> None:
        certain = True
        if requirement.marker is not None:
            applies = markers.evaluate_marker(requirement.marker, self.target)
            if applies is False:
                return
            certain = bool(applies)
        name = requirement.name or self._name(requirement)
        distribution = self.distributions.get(name) if name else None
        if distribution is None or name is None:
            if name is None or name not in self.missing:
                self._report(requirement, self._absent(requirement, name), certain)
            if name is not None and certain:
                self.missing.add(name)
            return
        for difference in compare_requirement(requirement, distribution, self.known):
            self._report(requirement, difference, certain)
            if certain and difference.code in ("version", "source"):
                self.replaced.add(name)
        self.roots.append(Root(name, requirement.extras, requirement, CERTAIN if certain else UNCERTAIN))
        if requirement.path is not None:
            folder = self._folder(requirement)
            if folder is not None:
                self.folders[name] = folder

    def _absent(self, requirement: Requirement, name: str | None) -> Difference:
        difference = absent(requirement, name)
        if name is None and any(
            one.editable == requirement.editable and _may_be_from_anywhere(one) for one in self._needed_by_nothing()
        ):
            message = f"the source of what is installed was not recorded: {difference.declared} may be"
            return difference._replace(code=None, message=message)
        return difference

    def _needed_by_nothing(self) -> list[Distribution]:
        own = [one for one in self.installed.distributions if not one.inherited]
        needed = {need.name for one in own for need in one.requires} | INSTALLERS
        return [one for one in own if one.name not in needed]

    def _folder(self, requirement: Requirement) -> LocalProject | None:
        path = requirement.path
        return self.known.folders.get(self.known.real.get(path, path)) if path else None

    def _name(self, requirement: Requirement) -> str | None:
        """Find the name for a link: from its folder, from what is installed from it, or from its file name."""
        from stepin.drift.compare.provenance import compare_source  # start-up time: most lines have a name
        from stepin.drift.compare.urls import named_by_file

        folder = self._folder(requirement)
        if folder is not None and folder.name is not None:
            return folder.name
        for distribution in self.distributions.values():
            if distribution.direct_url is None:
                continue
            candidate = requirement._replace(editable=distribution.editable)
            if compare_source(candidate, distribution, self.known) is None:
                return distribution.name
        return named_by_file(requirement.url or "")

    def _constraints(self) -> list[tuple[Requirement, Difference]]:
        """Return what constraints forbid among all that is installed, needed or not."""
        found: list[tuple[Requirement, Difference]] = []
        for requirement in self.declarations.requirements:
            if not requirement.constraint:
                continue
            if requirement.name is None or requirement.extras:  # pip's check_invalid_constraint_type
                message = "pip refuses this: a constraint has a name, and no extras"
                self._add("unknown", requirement.name, message, requirement.file, requirement.line)
                continue
            distribution = self.distributions.get(requirement.name)
            if distribution is None or not markers.evaluate_marker(requirement.marker, self.target):
                continue
            for difference in compare_requirement(requirement, distribution, self.known):
                code, message = difference.code, difference.message
                if code == "version":
                    message = f"{distribution.name} {distribution.version} is installed, "
                    message += f"the constraint is {difference.declared}"
                if code in ("version", "source"):
                    code = "constraint"
                    self.replaced.add(distribution.name)
                found.append((requirement, difference._replace(code=code, message=message)))
        return found

    def _unmet(self, closure: Closure) -> None:
        reported = set(self.missing)
        for edge in () if self.declarations.lock else closure.unmet:
            need = edge.dependency
            if edge.level == REPLACED or (edge.found is None and need.name in reported):
                continue
            from stepin.drift.compare.urls import shown  # start-up time: most environments have no unmet dependency

            wanted = f"{need.name}{need.specifier}" if need.specifier else need.url or need.name
            pin = self._contradicting_pin(edge)
            message = f"{edge.parent.name} {edge.parent.version} needs {shown(wanted)}, "
            if pin is not None:
                message += f"but {_file_name(pin.file)}:{pin.line} declares {pin.name}{pin.specifier}"
            else:
                message += "which is not installed" if edge.found is None else f"{edge.found.version} is installed"
            code: Code = "transitive"
            if edge.level == UNCERTAIN:
                code, message = "unknown", f"{message}, but whether that applies here cannot be determined"
            if edge.found is None:
                reported.add(need.name)
            line = edge.root.requirement
            installed = edge.found.version if edge.found else None
            self._add(code, need.name, message, line.file, line.line, need.specifier or None, installed)
            if pin is not None:
                self.contradictions.add(self.findings[-1])

    def _contradicting_pin(self, edge: Edge) -> Requirement | None:
        """Return the line that pins what an installed and declared distribution does not allow."""
        if edge.found is None or edge.level != CERTAIN:
            return None
        for root in self.roots:
            line = root.requirement
            if root.name == edge.found.name and root.level == CERTAIN and line.specifier and _is_exact(line):
                return line if edge.parent.name in {one.name for one in self.roots} else None
        return None

    def _python(self, closure: Closure) -> None:
        """Compare the environment's Python with its base, and with each Requires-Python of what is needed."""
        target = self.target
        if target.created_in is not None:
            self._add("broken", None, f"the environment was created in {target.created_in} and copied or moved")
        if target.base_state == "gone":
            self._add("python", None, f"the Python that the environment was made from is gone ({target.base})")
        elif target.base_state == "other":
            message = f"the environment was made for Python {target.python}, {target.base} is now {target.base_python}"
            self._add("python", None, message, None, None, target.python, target.base_python)
        allowing: dict[str, bool | None] = {}  # most are the same
        for name, (level, root) in closure.reached.items():
            distribution = self.distributions[name]
            folder = self.folders.get(name)
            wanted = folder.requires_python if folder and folder.requires_python else distribution.requires_python
            if not wanted or level == REPLACED or name in self.replaced:
                continue
            if wanted not in allowing:
                allowing[wanted] = markers.python_allows(wanted, target)
            allowed = allowing[wanted]
            if allowed or (allowed is None and level == UNCERTAIN):
                continue
            here = target.full_version or target.python
            message = f"{name} {distribution.version} needs Python {wanted}, "
            message += f"the environment has {here}" if here else "the version of the environment's Python is unknown"
            code: Code = "python" if allowed is False and level == CERTAIN else "unknown"
            self._add(code, name, message, root.requirement.file, root.requirement.line, wanted, here)

    def _faults(self) -> None:
        faults = list(self.installed.faults)
        for distribution in self.installed.distributions:
            if not distribution.inherited:
                faults += distribution.faults
        for fault in faults:
            self._add(fault.code, fault.name, fault.message)

    def _is_complete_freeze(self, closure: Closure) -> bool:
        """Return whether the files are like the output of `pip freeze`: exact pins and links, and all that they need.

        One pin alone is not: whoever writes `six==1.16` by hand names what he needs.
        """
        if self.declarations.lock:
            return not self.declarations.problems
        requirements = [one for one in self.declarations.requirements if not one.constraint]
        if len(requirements) < 2 or not all(map(_is_exact, requirements)):
            return False
        if any(not problem.constraint for problem in self.declarations.problems):
            return False
        levels = closure.reached.items()
        if not any(level == CERTAIN and name not in self.replaced for name, (level, _) in levels):
            return False  # nothing is installed yet that could show what the declared ones need
        inside = {one.name or self._name(one) for one in requirements} | INSTALLERS
        needed = {name for name, (level, _) in levels if level != REPLACED}
        needed |= {edge.dependency.name for edge in closure.unmet if edge.level == CERTAIN}
        return needed <= inside


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _may_be_from_anywhere(distribution: Distribution) -> bool:
    """Return whether the source of a distribution was not recorded; see provenance.compare_source()."""
    if distribution.direct_url is not None:
        return False
    return not distribution.path.endswith(".dist-info") or not distribution.requested


def _is_exact(requirement: Requirement) -> bool:
    specifier = requirement.specifier
    if requirement.url:
        return True
    return specifier.startswith("==") and "," not in specifier and not specifier.endswith(".*")
