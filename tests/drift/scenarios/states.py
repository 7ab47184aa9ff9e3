"""The environments of the table: real ones, made offline by pip and uv from wheels that are made here."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from drift.support import wheels
from drift.support.oracles import UV, offline

BY_NAME = (
    "solo==1.0",
    "torchy==1.0+cu118",
    "posty==1.0.post1",
    "preview==2.0rc1",
    "Zope.Thing_Pkg==1.0",
    "web==1.0",
    "core==2.0",
    "clash==1.0",
    "lacky==1.0",
    "exa==1.0",
    "marky==1.0",
    "setuptools==99.0",
)


class Place:
    """Where one state is made: a project's folder `root` with the environment `env` in it, and what lies around."""

    def __init__(self, base: Path, shared: Path) -> None:
        self.root = base / "project"
        self.root.mkdir(parents=True)
        self.env = self.root / ".venv"
        self.depot = shared / "depot"
        self.repo = shared / "repo"
        self.other = shared / "other"

    def texts(self) -> dict[str, str]:
        """Return what the rows' braces stand for."""
        return {
            "depot": str(self.depot),
            "root": str(self.root),
            "repo": str(self.repo),
            "other": str(self.other),
            "main": wheels.git(self.repo, "rev-parse", "main"),
            "side": wheels.git(self.repo, "rev-parse", "side"),
            "right": wheels.sha256(self.depot / "solo-1.0-py3-none-any.whl"),
            "wrong": "0" * 64,
        }

    @property
    def site(self) -> Path:
        return next(self.env.glob("lib/python3*/site-packages"))

    def venv(self, *options: str) -> None:
        self._run(UV, "venv", "-q", "--python", sys.executable, *options, str(self.env))

    def pip(self, *arguments: str) -> None:
        self._run(sys.executable, "-m", "pip", "-q", "--python", self.env, "install", "--no-compile", *arguments)

    def uv(self, *arguments: str) -> None:
        self._run(UV, "pip", "install", "-q", "--python", self.env, *arguments)

    def project(self, name: str, table: str) -> Path:
        return wheels.project(self.root / name, table)

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(command, cwd=self.root, env=offline(self.depot), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def shared(folder: Path) -> None:
    """Make what all states use: the wheels, an sdist, two repositories."""
    depot = folder / "depot"
    depot.mkdir(parents=True)
    for name, versions in {
        "solo": "0.9 1.0 1.1 2.0rc1 2.0",
        "torchy": "1.0 1.0+cu118 1.1",
        "posty": "1.0 1.0.post1 1.1",
        "preview": "1.0 2.0rc1 2.0",
        "core": "1.0 2.0 3.0",
        "absent": "1.0",
        "leaf": "1.0",
        "stray": "1.0",
        "setuptools": "99.0",
        "wheel": "99.0",
        "Zope.Thing_Pkg": "1.0 2.0",
    }.items():
        for version in versions.split():
            wheels.build(depot, name, version)
    wheels.build(depot, "web", "1.0", ("core>=1,<3",))
    wheels.build(depot, "clash", "1.0", ("core<2",))
    wheels.build(depot, "lacky", "1.0", ("absent>=1",))
    wheels.build(depot, "lacky", "2.0")
    needs: tuple[str, ...] = (
        "exa[b]; extra == 'a'",
        "leaf; extra == 'b'",
        "leaf; extra == 'old' and python_version < '3'",
    )
    wheels.build(depot, "exa", "1.0", needs, ("a", "b", "old"))
    needs = (
        'absent; python_version < "3"',
        'absent; sys_platform == "win32"',
        'core (>=1.0) ; python_version >= "3"',
        'absent; extra == "plat" and (os_name == "nt" or python_version >= "3")',
    )
    wheels.build(depot, "marky", "1.0", needs, ("plat",))
    wheels.build(depot, "late", "1.0", python=">=3.99")
    gram = wheels.project(folder / "gram", 'name = "gram"\nversion = "1.0"')
    subprocess.run([sys.executable, "-c", f"import backend; backend.build_sdist({str(depot)!r})"], cwd=gram, check=True)
    for name in ("repo", "other"):
        wheels.repository(folder / name, f'name = "rep"\nversion = "1.0"\ndescription = "{name}"')


def by_pip(place: Place) -> None:
    place.venv()
    place.pip("--no-deps", *BY_NAME)


def by_uv(place: Place) -> None:
    place.venv()
    place.uv("--no-deps", *BY_NAME)


def without_installer(place: Place) -> None:
    """As Debian and `uv pip install --no-installer-metadata` leave it."""
    place.venv()
    place.uv("--no-deps", "--no-installer-metadata", *BY_NAME)
    assert not list(place.site.glob("*.dist-info/INSTALLER"))


def egg_info(place: Place) -> None:
    """As `setup.py install` left it: folders NAME-VERSION.egg-info with PKG-INFO and requires.txt."""
    by_uv(place)
    for info in place.site.glob("*.dist-info"):
        lines = (info / "METADATA").read_text().splitlines()
        egg = info.with_suffix(".egg-info")
        egg.mkdir()
        (egg / "PKG-INFO").write_text("\n".join(line for line in lines if not line.startswith("Requires-")) + "\n")
        (egg / "requires.txt").write_text(
            _requires_txt(line[15:] for line in lines if line.startswith("Requires-Dist"))
        )
        (egg / "top_level.txt").write_text("")
        shutil.rmtree(info)


def _requires_txt(lines: Iterator[str]) -> str:
    """Write Requires-Dist as setuptools did: sections `[extra]`, `[:marker]`, `[extra:marker]`."""
    sections: dict[str, list[str]] = {}
    for line in lines:
        need, _, marker = (part.strip() for part in line.partition(";"))
        extra = ""
        if marker.startswith("extra == "):
            quoted, _, marker = marker[9:].partition(" and ")
            extra = quoted.strip("'\"")
        section = f"{extra}:{marker.removeprefix('(').removesuffix(')')}" if marker else extra
        sections.setdefault(section, []).append(need.replace(" (", "").replace(")", ""))
    text = "\n".join(sections.pop("", []))
    return text + "".join(f"\n\n[{name}]\n" + "\n".join(needs) for name, needs in sections.items()) + "\n"


def conda(place: Place) -> None:
    """A prefix as conda makes it: conda-meta, no pyvenv.cfg."""
    by_uv(place)
    (place.env / "pyvenv.cfg").unlink()
    meta = place.env / "conda-meta"
    meta.mkdir()
    version = ".".join(map(str, sys.version_info[:3]))
    (meta / "history").write_text("")
    (meta / f"python-{version}-h955ad1f_0.json").write_text("{}")
    for installer in place.site.glob("*.dist-info/INSTALLER"):
        installer.unlink()  # uv's files are links into its cache
        installer.write_text("conda")
    # conda builds from a folder of its own, which is not there any more.
    built = {"url": "file:///croot/posty_1700000000000/work", "dir_info": {}}
    (place.site / "posty-1.0.post1.dist-info" / "direct_url.json").write_text(json.dumps(built))


def _local_projects(place: Place) -> None:
    place.project("plain", 'name = "plain"\nversion = "1.0"')
    place.project("copied", 'name = "plain"\nversion = "1.0"')
    place.project("edit", 'name = "edit"\nversion = "1.0"\noptional-dependencies = {more = ["absent"]}')
    place.project("edit too", 'name = "edit"\nversion = "1.0"')
    (place.root / "link").symlink_to("plain")
    (place.root / "edit-link").symlink_to("edit")
    shutil.copy(place.depot / "solo-1.0-py3-none-any.whl", place.root)


def local_by_pip(place: Place) -> None:
    _local_projects(place)
    place.venv()
    place.pip("--no-build-isolation", f"{place.depot}/solo-1.0-py3-none-any.whl", f"{place.depot}/gram-1.0.tar.gz")
    place.pip("--no-build-isolation", "./plain", "-e", "./edit", "core==1.0")


def local_by_uv(place: Place) -> None:
    _local_projects(place)
    place.venv()
    place.uv(f"{place.depot}/solo-1.0-py3-none-any.whl", f"{place.depot}/gram-1.0.tar.gz", "core==1.0")
    place.uv("./plain", "-e", "./edit")


def git_by_pip(place: Place) -> None:
    place.venv()
    place.pip("--no-build-isolation", f"git+file://{place.repo}@main#egg=rep")


def git_by_uv(place: Place) -> None:
    place.venv()
    place.uv(f"rep @ git+file://{place.repo}@main")


def git_commit_by_pip(place: Place) -> None:
    place.venv()
    commit = wheels.git(place.repo, "rev-parse", "main")
    place.pip("--no-build-isolation", f"git+file://{place.repo}@{commit}#egg=rep")


def git_editable(place: Place) -> None:
    place.venv()
    place.pip("--no-build-isolation", "--src", str(place.env / "src"), "-e", f"git+file://{place.repo}@main#egg=rep")


def git_editable_moved(place: Place) -> None:
    """The same, but somebody has switched its working copy to another branch."""
    git_editable(place)
    wheels.git(place.env / "src" / "rep", "checkout", "-q", "side")


def frozen(place: Place) -> None:
    """What `pip freeze` would write down: solo, web, core, and the seeds, which it leaves out."""
    place.venv()
    place.uv("solo==1.0", "web==1.0", "core==2.0", "setuptools", "wheel")


def frozen_and_more(place: Place) -> None:
    frozen(place)
    place.uv("stray==1.0")


def frozen_project(place: Place) -> None:
    """A frozen environment that holds the project itself as well, installed for working on it."""
    place.project(".", 'name = "the-project"\nversion = "1.0"\ndependencies = ["solo"]')
    frozen(place)
    place.uv("-e", ".")


def written_since(place: Place) -> None:
    """A project whose pyproject.toml asks for more, and for less, than when it was installed as editable."""
    table = 'name = "the-project"\nversion = "1.0"\noptional-dependencies = {{more = [{}]}}\ndependencies = [{}]'
    place.project(".", table.format('"leaf"', '"solo", "core"'))
    place.venv()
    place.uv("-e", ".", "leaf", "solo==1.0")
    place.project(".", table.format('"absent"', '"solo>=2.0", "stray"'))
    subprocess.run([UV, "pip", "uninstall", "-q", "--python", place.env, "core", "leaf"], check=True)


def dynamic(place: Place) -> None:
    """A project that computes its dependencies: the installed metadata is all there is."""
    place.project(".", 'name = "the-project"\nversion = "1.0"\ndependencies = ["solo"]')
    place.venv()
    place.uv("-e", ".")
    place.project(".", 'name = "the-project"\ndynamic = ["version", "dependencies"]')


def inheriting(place: Place) -> None:
    """An environment with the base's distributions, of which there is at least pip."""
    place.venv("--system-site-packages")
    place.uv("solo==1.0")


def _plain(place: Place) -> None:
    place.venv()
    place.uv("solo==1.0", "web==1.0", "core==2.0")


def killed_upgrade(place: Place) -> None:
    _plain(place)
    (place.site / "solo-1.0.dist-info" / "INSTALLER").unlink()
    shutil.copytree(place.site / "solo-1.0.dist-info", place.site / "~olo-2.0.dist-info")


def killed_removal(place: Place) -> None:
    _plain(place)
    (place.site / "solo-1.0.dist-info").rename(place.site / "~olo-1.0.dist-info")


def duplicate(place: Place) -> None:
    _plain(place)
    info = place.site / "solo-1.1.dist-info"
    shutil.copytree(place.site / "solo-1.0.dist-info", info)
    (info / "METADATA").write_text(wheels.metadata("solo", "1.1"))


def emptied(place: Place) -> None:
    _plain(place)
    shutil.rmtree(place.site / "solo-1.0.dist-info")
    (place.site / "solo-1.0.dist-info").mkdir()


def unreadable(place: Place) -> None:
    _plain(place)
    for name, content in (("solo-1.0", b""), ("core-2.0", bytes(range(128, 256)) * 4)):
        path = place.site / f"{name}.dist-info" / "METADATA"
        path.unlink()  # uv's files are links into its cache
        path.write_bytes(content)


def late_python(place: Place) -> None:
    _plain(place)
    place.pip("--ignore-requires-python", "late")


def base_gone(place: Place) -> None:
    _plain(place)
    _point_to(place, place.root / "gone")


def base_other(place: Place) -> None:
    """The base's folder holds another Python now."""
    _plain(place)
    base = place.root / "base"
    (base / "lib" / "python3.99").mkdir(parents=True)
    (base / "bin").mkdir()
    (base / "bin" / "python3.99").write_text("")
    (base / "bin" / "python3").symlink_to("python3.99")
    (base / "bin" / "python3.99").chmod(0o755)
    _point_to(place, base)


def _point_to(place: Place, base: Path) -> None:
    """Make an environment say that it was made from the Python in `base`."""
    cfg = place.env / "pyvenv.cfg"
    lines = [line for line in cfg.read_text().splitlines() if not line.startswith("home")]
    cfg.write_text("\n".join([f"home = {base / 'bin'}", *lines, ""]))
    for link in (place.env / "bin").glob("python*"):
        link.unlink()
    (place.env / "bin" / "python").symlink_to(base / "bin" / "python3")


STATES: dict[str, Callable[[Place], None]] = {
    function.__name__: function
    for function in (
        by_pip,
        by_uv,
        without_installer,
        egg_info,
        conda,
        local_by_pip,
        local_by_uv,
        git_by_pip,
        git_by_uv,
        git_commit_by_pip,
        git_editable,
        git_editable_moved,
        frozen,
        frozen_and_more,
        frozen_project,
        written_since,
        dynamic,
        inheriting,
        killed_upgrade,
        killed_removal,
        duplicate,
        emptied,
        unreadable,
        late_python,
        base_gone,
        base_other,
    )
}
