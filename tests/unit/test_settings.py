"""The settings: every wrong value is reported, its default applies, and a project cannot widen anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from stepin.settings import definitions, load
from stepin.settings.load import Settings


@pytest.fixture
def user(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def load_user(user: Path, text: str) -> Settings:
    user.write_text(text)
    return load.load(user=str(user))


def load_project(user: Path, project: Path, text: str, own: str = "") -> Settings:
    user.write_text(own)
    (project / "pyproject.toml").write_text(text)
    return load.load(str(project), str(user))


def test_no_file_means_the_defaults(user: Path, project: Path) -> None:
    assert load.load(user=str(user)) == load.load(str(project), str(user)) == Settings()


def test_the_defaults_are_those_of_the_definitions() -> None:
    fields = [setting.name.replace(".", "_") for setting in definitions.SETTINGS]
    assert fields == [*Settings._fields[:-1]]
    assert [setting.default for setting in definitions.SETTINGS] == list(Settings()[:-1])


def test_valid_settings(user: Path) -> None:
    text = 'names = ["a"]\nlearn = false\nhints = false\nprompt = "project"\ncd = false\n'
    text += '[drift]\nfiles = ["../r.txt"]\nignore = ["x", "x"]\n'
    found = load_user(user, text + "news = false\ndesktop = true\n")
    assert found == Settings(("a",), False, False, "project", False, ("../r.txt",), ("x",), False, True, ())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("leran = false", "there is no setting leran; did you mean learn?"),
        ("files = []", "there is no setting files; did you mean drift.files?"),
        ("[drift]\nignored = []", "there is no setting drift.ignored; did you mean drift.ignore?"),
        ("[trust]\nx = 1", "there is no setting trust; remove it"),
        ("xyzzy = 1", "there is no setting xyzzy; remove it"),
        ('learn = "no"', "learn is 'no'; set it to true or false"),
        ("hints = 0", "hints is 0; set it to true or false"),
        ("prompt = 1", 'prompt is 1; set it to true, false, "project" or "environment"'),
        ('prompt = "folder"', 'prompt is \'folder\'; set it to true, false, "project" or "environment"'),
        ("drift.desktop = []", "drift.desktop is []; set it to true or false"),
        ("drift = true", "drift is not a table; write [drift] above its values"),
        ("[[drift]]\nnews = false", "drift is not a table; write [drift] above its values"),
        ('names = ".venv"', "names is '.venv'; set it to a list of folder names"),
        ("names = [1]", "names is [1]; set it to a list of folder names"),
        ("names = []", 'names is []; set it to names of letters, digits, ".", "_" and "-"'),
        ('names = ["../x"]', 'names is [\'../x\']; set it to names of letters, digits, ".", "_" and "-"'),
        ('drift.files = "r.txt"', "drift.files is 'r.txt'; set it to a list of file names"),
        ("drift.ignore = {}", "drift.ignore is a table; set it to a list of strings"),
    ],
)
def test_a_wrong_setting_is_reported_and_its_default_applies(user: Path, text: str, problem: str) -> None:
    assert load_user(user, text) == Settings(problems=(f"{user}: {problem}",))


def test_a_wrong_setting_leaves_the_others_alone(user: Path) -> None:
    found = load_user(user, "learn = 1\nhints = false\nhinst = 1\n")
    assert (found.learn, found.hints, len(found.problems)) == (True, False, 2)
    assert found.trouble == f'{found.problems[0]} (and 1 more: run "stepin doctor")'


@pytest.mark.parametrize("text", [b"names = [", b"\xff", b"a = 1\na = 2", b"[" * 2000, b"x = " + b"[" * 100_000])
def test_a_file_that_is_not_toml_is_reported(user: Path, text: bytes) -> None:
    user.write_bytes(text)
    (problem,) = load.load(user=str(user)).problems
    assert problem.startswith(f"{user}: it is not valid TOML (")
    assert problem.endswith("; fix that line")


@pytest.mark.parametrize("kind", ["folder", "dangling", "huge"])
def test_a_file_that_cannot_be_read_is_reported(user: Path, kind: str) -> None:
    if kind == "folder":
        user.mkdir()
    elif kind == "dangling":
        user.symlink_to("nowhere")
    else:
        user.write_bytes(b"#" * (load.BYTES + 1))
    (problem,) = load.load(user=str(user)).problems
    assert problem == f"{user}: it cannot be read; make it a regular file that you can read"


def test_hostile_text_is_escaped(user: Path) -> None:
    (problem,) = load_user(user, '"\\u001b[31m\\n" = 1').problems
    assert problem.isprintable()


class TestProject:
    """What a project's pyproject.toml may set."""

    def test_its_files_replace_and_its_ignore_adds(self, user: Path, project: Path) -> None:
        own = '[drift]\nfiles = ["mine.txt"]\nignore = ["a"]\n'
        text = '[tool.stepin.drift]\nfiles = ["dev.txt"]\nignore = ["b"]\n'
        found = load_project(user, project, text, own)
        assert (found.drift_files, found.drift_ignore, found.problems) == (("dev.txt",), ("a", "b"), ())
        found = load_project(user, project, "[tool.stepin.drift]\nfiles = []\n", own)
        assert (found.drift_files, found.drift_ignore) == (("mine.txt",), ("a",))

    @pytest.mark.parametrize("name", ["/etc/passwd", "../r.txt", "a/../../r.txt", "a\\..\\..\\r.txt"])
    def test_it_cannot_name_a_file_elsewhere(self, user: Path, project: Path, name: str) -> None:
        found = load_project(user, project, f"[tool.stepin.drift]\nfiles = ['{name}', 'in.txt']\n")
        assert found.drift_files == ("in.txt",)
        assert "is outside the project; remove it" in found.problems[0]

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("[tool.stepin]\nnames = ['x']", "a project cannot set names; remove it"),
            ("[tool.stepin]\nlearn = true", "a project cannot set learn; remove it"),
            ("[tool.stepin.drift]\nnews = false", "a project cannot set drift.news; remove it"),
            ("[tool.stepin.drift]\nfile = []", "there is no setting tool.stepin.drift.file; did you mean drift.files?"),
            (
                "[tool.stepin]\ndrift = 1",
                "tool.stepin.drift is not a table; write [tool.stepin.drift] above its values",
            ),
            ("[tool]\nstepin = 1", "tool.stepin is not a table; write [tool.stepin] above its values"),
            ("[tool.stepin.drift]\nignore = 'x'", "tool.stepin.drift.ignore is 'x'; set it to a list of strings"),
        ],
    )
    def test_anything_else_is_reported(self, user: Path, project: Path, text: str, problem: str) -> None:
        assert load_project(user, project, text) == Settings(problems=(f"{project}/pyproject.toml: {problem}",))

    @pytest.mark.parametrize("text", ["", "tool = 1", "[project]\nname = 'x'", "[tool.ruff]\nline-length = 1"])
    def test_other_tools_are_none_of_its_business(self, user: Path, project: Path, text: str) -> None:
        assert load_project(user, project, text) == Settings()

    def test_a_broken_file_is_reported(self, user: Path, project: Path) -> None:
        (problem,) = load_project(user, project, "[tool").problems
        assert problem.startswith(f"{project}/pyproject.toml: it is not valid TOML (")
