"""The watcher's one loop: what happened, what is due, and what to tell of it. All but the noticing is in one thread."""

from __future__ import annotations

import os
import queue
import time
from typing import TYPE_CHECKING, NamedTuple

from stepin.hook.text import printable
from stepin.watch.changes import installing
from stepin.watch.changes.folders import Folders
from stepin.watch.notices import notices, telling
from stepin.watch.notices.desktop import Desktop
from stepin.watch.projects import awake, traces
from stepin.watch.projects import known as known_projects
from stepin.watch.projects.known import Known
from stepin.watch.projects.project import Project, Result, signature
from stepin.watch.service import status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SWEEP = 60.0  # seconds between two looks at everything of the projects that are awake
SLOW_SWEEP = 300.0  # and at the others
POLL = 2.0  # at folders that send no events
UNFINISHED = 1.0  # at a project whose environment is missing, or in the making
HOLD = 0.25  # at an installation that is under way
STATUS = 1.0  # between two writings of the status
CLOCK_JUMP = 5.0
_STOP = ("", "")


class Told(NamedTuple):
    """What the foreground shows of one check."""

    project: str
    verdict: str
    findings: int
    text: str  # fit for a terminal


class Watcher:
    """Watches until stop() is called. `dirs`: these projects alone, whoever allowed them; nothing of them is run."""

    def __init__(
        self, store: str, config_file: str, home: str, tell: Callable[[Told], None], dirs: Sequence[str] = ()
    ) -> None:
        self._store = store
        self._config_file = config_file
        self._home = home
        self._tell = tell
        self._dirs = list(dirs)
        self._inbox: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._folders = Folders(lambda folder, name: self._inbox.put((folder, name)))
        self._desktop = Desktop()
        self._known: dict[str, Known] = {}
        self._awake: dict[str, Project] = {}
        self._said: dict[str, Told] = {}
        self._news: dict[str, tuple[frozenset[str], str]] = {}
        self._stopping = False
        self._rechoose = True
        self._relearn = False
        self._status_due: float | None = 0.0
        self._visits = 0
        self._offset = time.time() - time.monotonic()
        now = time.monotonic()
        self._sweep_at, self._slow_at, self._poll_at = now + SWEEP, now + SLOW_SWEEP, now
        self.checks = 0  # made so far

    def stop(self) -> None:
        """End run(); may be called from a signal's handler or another thread."""
        self._stopping = True
        self._inbox.put(_STOP)

    def run(self) -> None:
        """Watch. What cannot be read or written is told in the status; nothing of it ends the loop."""
        self._known = known_projects.load(self._store)
        for path in self._dirs:
            self._known.setdefault(path, Known(path, time.time()))
        try:
            while not self._stopping:
                self._tick(time.monotonic())
                self._wait()
        finally:
            self._folders.close()
            self._write_status()

    def _wait(self) -> None:
        now = time.monotonic()
        times = [self._sweep_at, self._slow_at]
        times += [self._poll_at] if self._folders.polled or self._unfinished() else []
        times += [self._status_due] if self._status_due is not None else []
        for project in self._awake.values():
            due = project.quiet.due()
            if due is not None:
                times.append(max(due, project.holding))
        try:
            event = self._inbox.get(timeout=max(0.0, min(times) - now))
        except queue.Empty:
            return
        while True:
            self._take(*event)
            try:
                event = self._inbox.get_nowait()
            except queue.Empty:
                return

    def _take(self, folder: str, name: str) -> None:
        """Note one event."""
        now = time.monotonic()
        if folder == os.path.realpath(os.path.join(self._store, traces.FOLDER)):
            self._rechoose = True
            if name == notices.AGAIN:
                for project in self._awake.values():
                    project.quiet.at_once(now)
        elif folder == os.path.realpath(self._store):
            if name in ("", "current", traces.FOLDER):
                self._rechoose = self._relearn = True
        elif os.path.join(folder, name) == os.path.realpath(self._config_file):
            self._rechoose = True
            for project in self._awake.values():
                project.quiet.event(now)
        for project in self._awake.values():
            if project.concerns(folder, name):
                project.quiet.event(now)

    def _tick(self, now: float) -> None:
        """Do what is due."""
        offset = time.time() - now
        if abs(offset - self._offset) > CLOCK_JUMP:  # the ages of files mean something else now
            self._sweep_at = now
        self._offset = offset
        if self._rechoose:
            self._rechoose = False
            self._choose(now)
        if now >= self._poll_at and (self._folders.polled or self._unfinished()):
            self._poll_at = now + (UNFINISHED if self._unfinished() else POLL)
            self._poll(now)
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP
            self._rechoose = True  # shells may have ended
            for project in self._awake.values():
                project.quiet.at_once(now)
        if now >= self._slow_at:
            self._slow_at = now + SLOW_SWEEP
            self._sweep_sleepers()
        for project in list(self._awake.values()):
            due = project.quiet.due()
            if due is not None and due <= now and project.holding <= now and self._ready(project, now):
                self._check(project, now)
        if self._status_due is not None and now >= self._status_due:
            self._write_status()

    def _choose(self, now: float) -> None:
        """Wake and put to sleep."""
        if self._relearn:
            self._relearn = False
            for record in known_projects.allowed(self._store):
                self._known.setdefault(record.path, Known(record.path, 0.0))
        live = awake.visited(self._known, traces.read(self._store))
        wanted = self._dirs or awake.choose(self._known, live, self._store, self._config_file, self._home)
        for path in self._awake.keys() - set(wanted):
            project = self._awake.pop(path)
            one = self._known[path]
            one.about, one.signature = project.about, project.signature()
            self._news.pop(path, None)
        for path in wanted:
            if path not in self._awake:
                self._awake[path] = project = Project(path, self._config_file)
                project.quiet.at_once(now)
                self._known[path].about = ()
        self._watch()
        visits = hash(tuple((one.path, one.visited) for one in self._known.values()))
        if visits != self._visits:
            self._visits = visits
            self._try(lambda: known_projects.save(self._store, self._known.values()))
        self._status_soon(now)

    def _watch(self) -> set[str]:
        """Watch what is to be watched now; return the folders that are so anew."""
        wanted = {os.path.realpath(path) for path in self._own_folders()}
        poll: set[str] = set()
        for project in self._awake.values():
            wanted |= project.folders
            if not os.path.exists("/proc/self"):
                # macOS reports whole trees; on Windows a watch keeps a folder from being moved.
                poll |= project.inside
        return self._folders.want(wanted, poll)

    def _own_folders(self) -> list[str]:
        return [self._store, os.path.join(self._store, traces.FOLDER), os.path.dirname(self._config_file)]

    def _unfinished(self) -> bool:
        return any(not project.settled for project in self._awake.values())

    def _poll(self, now: float) -> None:
        changed = self._folders.look()
        for folder in changed:
            self._take(folder, "")
        for project in self._awake.values():
            one = self._known[project.path]
            if not project.settled and one.checked is not None and one.signature != project.watched_signature():
                project.quiet.event(now)

    def _ready(self, project: Project, now: float) -> bool:
        """Say whether a project may be checked: not while something is being installed in it."""
        found = project.installing()
        if not found.under_way:
            waited = project.holding
            project.holding = 0.0
            if waited and found.stamp != project.stamp:  # the last step of it: let that settle, too
                project.stamp = found.stamp
                project.quiet.done()
                project.quiet.event(now)
                return False
            return True
        if not project.holding or found.stamp != project.stamp:
            project.stamp, project.stamped = found.stamp, now
        elif now - project.stamped >= installing.YOUNG:
            project.holding = 0.0
            return True
        project.holding = now + HOLD
        return False

    def _check(self, project: Project, now: float) -> None:
        project.quiet.done()
        one = self._known[project.path]
        self.checks += 1
        try:
            os.stat(project.path)
            os.listdir(project.path)
            result = project.check()
        except OSError as error:
            one.verdict, one.trouble = "unknown", f"its folder cannot be read ({error.strerror})"
            notices.remove(self._store, project.path)
        except Exception as error:  # a defect of ours must not end the watching of the others
            one.verdict, one.trouble = "unknown", printable(f"internal error ({type(error).__name__}: {error})")
            notices.remove(self._store, project.path)
        else:
            one.trouble = printable(result.report.trouble or "")
            one.verdict = result.report.verdict
            if not self._try(lambda: self._publish(project, result, now), one):
                notices.remove(self._store, project.path)
        one.checked = time.time()
        one.signature = project.watched_signature()
        if self._watch() & project.folders:  # what happened before it was watched
            project.quiet.event(now)
        self._status_soon(now)

    def _publish(self, project: Project, result: Result, now: float) -> None:
        """Write the notice, and tell what is new. Raises OSError."""
        report = result.report
        told = telling.counted(report)
        ident = telling.ident(telling.finding_words(report)) if told else notices.CLEAN
        text = telling.drifted(report) if told else telling.mended(report)
        if result.news and result.settings.drift_news:
            line = telling.news(report, result.news)
            names = frozenset(dist.name for dist in result.news)
            self._news[project.path] = (names, f"{telling.ident([line, str(result.as_of_ns)])} {line}")
            self._say(project.path, report.verdict, len(told), line, result)
        elif project.path in self._news and not project.undeclared(self._news[project.path][0], report):
            del self._news[project.path]
        wish = notices.snoozed(self._store, project.path)
        if wish is not None and wish.ident not in ("", ident):
            notices.snooze(self._store, project.path, None)  # it has changed
            wish = None
        if report.verdict == "unknown" or wish is not None:
            notices.remove(self._store, project.path)
        else:
            news = self._news.get(project.path, (None, ""))[1]
            notice = notices.Notice(ident, len(told), text, news, result.about)
            # What may have changed while it was read is read again.
            if not notices.write(self._store, project.path, notice, result.as_of_ns):
                project.quiet.event(now)
        shown = text if report.verdict != "unknown" else printable(report.trouble or "") or report.findings[0].message
        before = self._said.get(project.path)
        if before is None or (before.verdict, before.text) != (report.verdict, shown):
            self._said[project.path] = Told(project.path, report.verdict, len(told), printable(shown))
            self._say(project.path, report.verdict, len(told), shown, result)

    def _say(self, project: str, verdict: str, count: int, text: str, result: Result) -> None:
        self._tell(Told(project, verdict, count, printable(text)))
        if result.settings.drift_desktop and verdict == "drift":
            self._desktop.tell(project, text)

    def _sweep_sleepers(self) -> None:
        for one in self._known.values():
            if one.path not in self._awake and one.about and signature(one.about) != one.signature:
                one.verdict, one.about = None, ()
                notices.remove(self._store, one.path)
                self._status_soon(time.monotonic())

    def _status_soon(self, now: float) -> None:
        if self._status_due is None:
            self._status_due = now + STATUS

    def _write_status(self) -> None:
        self._status_due = None
        rows = []
        for one in self._known.values():
            project = self._awake.get(one.path)
            polled = project is not None and any(folder in self._folders.polled for folder in project.folders)
            rows.append((one, "asleep" if project is None else "polling" if polled else "events"))
        reasons = [f"{printable(folder)}: {reason}" for folder, reason in sorted(self._folders.polled.items())]
        self._try(lambda: status.write(self._store, rows, reasons))

    def _try(self, write: Callable[[], None], one: Known | None = None) -> bool:
        """Write something of ours; a full disk, a name too long, a right that is gone must not end the loop."""
        try:
            write()
        except OSError as error:
            if one is not None:
                one.trouble = f"the notice cannot be written ({error.strerror})"
            return False
        return True
