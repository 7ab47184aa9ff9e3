"""Publish what a check found: the notice for shells, a notification on the desktop, and a report to the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stepin.hook.text import printable
from stepin.watch.notices import wording
from stepin.watch.notices.desktop import DesktopNotifier
from stepin.watch.notices.notice_file import NO_DRIFT, Notice, digest, remove_notice, write_notice
from stepin.watch.notices.snoozing import current_snooze, set_snooze

if TYPE_CHECKING:
    from collections.abc import Callable

    from stepin.watch.projects.watched import CheckResult


class Update(NamedTuple):
    """One line of the log and of the foreground."""

    project: str
    verdict: str
    findings: int
    text: str  # fit for a terminal


class _News(NamedTuple):
    names: frozenset[str]  # of the distributions
    line: str  # as a notice holds it


class Publisher:
    """`report` is called with each Update that differs from the last one about its project."""

    def __init__(self, store: str, report: Callable[[Update], None]) -> None:
        self._store = store
        self._report = report
        self._desktop = DesktopNotifier()
        self._last: dict[str, Update] = {}
        self._news: dict[str, _News] = {}

    def publish(self, result: CheckResult) -> bool:
        """Write the notice and report what is new. Raises OSError if a file cannot be written.

        Return whether the notice holds: False if something may have changed while it was read.
        """
        report = result.report
        findings = wording.shown_findings(report)
        ident = digest(wording.distinguishing_words(report)) if findings else NO_DRIFT
        text = wording.drift_line(report) if findings else wording.match_line(report)
        self._update_news(result, len(findings))
        holds = True
        if report.verdict == "unknown" or self._is_snoozed(report.root, ident):
            remove_notice(self._store, report.root)
        else:
            news = self._news.get(report.root)
            notice = Notice(ident, len(findings), text, news.line if news else "", result.about)
            holds = write_notice(self._store, report.root, notice, result.as_of_ns)
        shown = wording.unknown_line(report) if report.verdict == "unknown" else text
        update = Update(report.root, report.verdict, len(findings), printable(shown))
        last = self._last.get(report.root)
        if last is None or (last.verdict, last.text) != (update.verdict, update.text):
            self._last[report.root] = update
            self._send(update, result)
        return holds

    def withdraw(self, project: str) -> None:
        """Remove a project's notice, because nothing is known now."""
        remove_notice(self._store, project)

    def forget_news(self, project: str) -> None:
        """Forget what was newly installed: nobody watches the project now."""
        self._news.pop(project, None)

    def _update_news(self, result: CheckResult, findings: int) -> None:
        report = result.report
        if result.news and result.settings.drift_news:
            line = wording.news_line(report, result.news)
            names = frozenset(dist.name for dist in result.news)
            self._news[report.root] = _News(names, f"{digest([line, str(result.as_of_ns)])} {line}")
            self._send(Update(report.root, report.verdict, findings, printable(line)), result)
        elif report.root in self._news and not self._news[report.root].names <= result.undeclared:
            del self._news[report.root]

    def _is_snoozed(self, project: str, ident: str) -> bool:
        snooze = current_snooze(self._store, project)
        if snooze is not None and snooze.ident not in ("", ident):
            set_snooze(self._store, project, None)  # until the drift changed, which it has
            return False
        return snooze is not None

    def _send(self, update: Update, result: CheckResult) -> None:
        self._report(update)
        if result.settings.drift_desktop and update.verdict == "drift":
            self._desktop.notify(update.project, update.text)
