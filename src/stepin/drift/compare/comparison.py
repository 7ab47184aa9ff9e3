"""Where what is declared and what is installed differ: pure, but that a Distribution reads its own files when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepin.drift.compare import closure
from stepin.drift.compare.closure import CERTAIN, REPLACED, UNCERTAIN, Closure, Root
from stepin.drift.compare.difference import Difference, compare_requirement
from stepin.drift.model import Comparison, Finding, Note
from stepin.drift.pep508 import markers

if TYPE_CHECKING:
    from stepin.drift.compare.lookups import Folder, Lookups
    from stepin.drift.model import Code, Declarations, Installed, Requirement, Target

# What environments are made with; `pip freeze` leaves them out as well (pip's commands/freeze.py).
SEEDS = frozenset({"pip", "setuptools", "wheel", "distribute", "pkg-resources"})


def find_differences(
    declarations: Declarations, installed: Installed, target: Target, known: Lookups, *, strict: bool = False
) -> Comparison:
    """Return all differences. `known` is what lookups.look_up() found; `strict` tells extras whatever the files are."""
    return _DifferenceFinder(declarations, installed, target, known).run(strict)


class _DifferenceFinder:
    """The state of one comparison; each method looks at one kind of difference."""

    def __init__(self, declarations: Declarations, installed: Installed, target: Target, known: Lookups) -> None:
        self.declarations = declarations
        self.installed = installed
        self.target = target
        self.known = known
        self.distributions = {one.name: one for one in installed.distributions}
        self.findings: list[Finding] = []
        self.notes = [Note(text, None, None) for text in installed.notes]
        self.roots: list[Root] = []
        self.folders: dict[str, Folder] = {}  # by the name of what is installed from them
        self.missing: set[str] = set()
        self.replaced: set[str] = set()  # another version of it, or the same from elsewhere, is declared

    def run(self, strict: bool) -> Comparison:
        for problem in self.declarations.problems:
            what = "pip refuses this" if problem.refused else "this cannot be judged"
            self._add("unknown", None, f"{what}: {problem.message}", problem.file, problem.line)
        for requirement in self.declarations.requirements:
            if not requirement.constraint:
                self._requirement(requirement)
        constraints = self._constraints()
        reached = closure.follow_dependencies(self.roots, self.distributions, self.folders, self.replaced, self.target)
        for requirement, difference in constraints:
            level = reached.reached.get(requirement.name or "", (REPLACED, None))[0]
            if level != REPLACED:
                self._tell(requirement, difference, level == CERTAIN)
        self._unmet(reached)
        self._python(reached)
        self._faults()
        freeze = self._is_complete_freeze(reached)
        if strict or freeze:
            self._extras(reached)
        return Comparison(tuple(self.findings), tuple(self.notes), freeze)

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

    def _tell(self, requirement: Requirement, difference: Difference, certain: bool, code: Code | None = None) -> None:
        """Add what is wrong with one line; `certain` is False where it cannot be decided whether the line applies."""
        code = code or difference.code
        if difference.code is None or code is None:
            self.notes.append(Note(difference.message, requirement.file, requirement.line))
            return
        message, name = difference.message, requirement.name or self._name(requirement)
        if not certain:
            code, message = "unknown", f"{message}, but it cannot be told whether `{requirement.marker}` holds here"
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
                self._tell(requirement, _absent(requirement, name), certain)
            if name is not None and certain:
                self.missing.add(name)
            return
        for difference in compare_requirement(requirement, distribution, self.known):
            self._tell(requirement, difference, certain)
            if certain and difference.code in ("version", "source"):
                self.replaced.add(name)
        self.roots.append(Root(name, requirement.extras, requirement, CERTAIN if certain else UNCERTAIN))
        if requirement.path is not None:
            folder = self._folder(requirement)
            if folder is not None:
                self.folders[name] = folder

    def _folder(self, requirement: Requirement) -> Folder | None:
        path = requirement.path
        return self.known.folders.get(self.known.real.get(path, path)) if path else None

    def _name(self, requirement: Requirement) -> str | None:
        """Find out what a link without a name is: by what its folder says, what is installed from it, its file name."""
        from stepin.drift.compare import urls
        from stepin.drift.compare.provenance import compare_source

        folder = self._folder(requirement)
        if folder is not None and folder.name is not None:
            return folder.name
        for distribution in self.distributions.values():
            if distribution.direct_url is None:
                continue
            candidate = requirement._replace(editable=distribution.editable)
            difference = compare_source(candidate, distribution, self.known)
            if difference is None:
                return distribution.name
        return urls.named_by_file(requirement.url or "")

    def _constraints(self) -> list[tuple[Requirement, Difference]]:
        """Return what constraints forbid of what is installed, needed or not."""
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

    def _unmet(self, reached: Closure) -> None:
        if not reached.unmet:
            return
        from stepin.drift.compare.urls import shown

        told = set(self.missing)
        for edge in reached.unmet:
            need = edge.dependency
            if edge.level == REPLACED or (edge.found is None and need.name in told):
                continue
            wanted = f"{need.name}{need.specifier}" if need.specifier else need.url or need.name
            message = f"{edge.parent.name} {edge.parent.version} needs {shown(wanted)}, "
            message += "which is not installed" if edge.found is None else f"{edge.found.version} is installed"
            code: Code = "transitive"
            if edge.level == UNCERTAIN:
                code, message = "unknown", f"{message}, but it cannot be told whether that applies here"
            if edge.found is None:
                told.add(need.name)
            line = edge.root.requirement
            installed = edge.found.version if edge.found else None
            self._add(code, need.name, message, line.file, line.line, need.specifier or None, installed)

    def _python(self, reached: Closure) -> None:
        """Hold the environment's Python against its base and against every Requires-Python of what is needed."""
        target = self.target
        if target.base_state == "gone":
            self._add("python", None, f"the Python that the environment was made from is gone ({target.base})")
        elif target.base_state == "other":
            message = f"the environment was made for Python {target.python}, {target.base} is {target.base_python} now"
            self._add("python", None, message, None, None, target.python, target.base_python)
        allowing: dict[str, bool | None] = {}  # most say the same
        for name, (level, root) in reached.reached.items():
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
            message += f"the environment has {here}" if here else "the environment's Python is not known"
            code: Code = "python" if allowed is False and level == CERTAIN else "unknown"
            self._add(code, name, message, root.requirement.file, root.requirement.line, wanted, here)

    def _faults(self) -> None:
        faults = list(self.installed.faults)
        for distribution in self.installed.distributions:
            if not distribution.inherited:
                faults += distribution.faults
        for fault in faults:
            self._add(fault.code, fault.name, fault.message)

    def _is_complete_freeze(self, reached: Closure) -> bool:
        """Say whether the files are what `pip freeze` makes: exact pins and links, and all that those need."""
        requirements = [one for one in self.declarations.requirements if not one.constraint]
        if not all(map(_is_exact, requirements)) or self.declarations.problems:
            return False
        if not any(level == CERTAIN and name not in self.replaced for name, (level, _) in reached.reached.items()):
            return False  # nothing is installed yet that could show what the declared ones need
        inside = {one.name or self._name(one) for one in requirements} | SEEDS
        needed = {name for name, (level, _) in reached.reached.items() if level != REPLACED}
        needed |= {edge.dependency.name for edge in reached.unmet if edge.level == CERTAIN}
        return needed <= inside

    def _extras(self, reached: Closure) -> None:
        for distribution in self.installed.distributions:
            name = distribution.name
            if not distribution.inherited and name not in reached.reached and name not in SEEDS:
                version = f" {distribution.version}" if distribution.version else ""
                self._add(
                    "extra",
                    name,
                    f"{name}{version} is installed, nothing declares it",
                    None,
                    None,
                    None,
                    distribution.version,
                )


def _absent(requirement: Requirement, name: str | None) -> Difference:
    from stepin.drift.compare.urls import shown

    wanted = shown(requirement.url) if requirement.url else requirement.specifier
    if name is None:
        return Difference("missing", f"nothing is installed from {wanted}", wanted)
    return Difference(
        "missing", f"{name} is not installed" + (f", {wanted} is declared" if wanted else ""), wanted or None
    )


def _is_exact(requirement: Requirement) -> bool:
    specifier = requirement.specifier
    if requirement.url:
        return True
    return specifier.startswith("==") and "," not in specifier and not specifier.endswith(".*")
