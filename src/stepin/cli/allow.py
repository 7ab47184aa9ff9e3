"""`stepin allow`: trust a project."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.cli.base import Command, verb
from stepin.hook import verdict
from stepin.hook.reasons import KINDS, Reason, unconsented
from stepin.hook.text import printable
from stepin.store import records
from stepin.store.walk import Step

ALL = "*"  # --anyway without reasons: those that apply now


class Allow(Command):
    """Accept `--anyway` with or without `=REASONS`. click would read the DIR after it as its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        words = [f"--anyway={ALL}" if word == "--anyway" else word for word in args[:end]]
        return super().parse_args(ctx, words + args[end:])


@verb(
    "allow",
    "stepin allow                    trust the current project",
    "stepin allow --tree ~/code      trust all projects below it, now and later",
    "stepin allow --anyway=tracked   trust it although git tracks files in it",
    cls=Allow,
)
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--tree", is_flag=True, help="Trust everything below DIR, now and later.")
@click.option("--anyway", metavar="[=REASONS]", help=f"Consent to {', '.join(KINDS)}.")
def command(directory: str | None, tree: bool, anyway: str | None) -> int:
    """Trust the environment of DIR, or of the current project.

    Nothing in it is run. If there are reasons against it, stepin lists them, and you consent to them by name with
    --anyway.
    """
    kinds = _kinds(anyway)
    at = project.place()
    if tree:
        folder = project.folder(directory)
        project.insist(at)
        if ALL in kinds:
            raise ui.Misuse("--tree covers projects that do not exist yet; name the reasons, as in --anyway=tracked")
        consent = list(map(Reason, kinds))
        records.write(at.store, os.path.realpath(folder), "allow", by="allow", tree=True, anyway=consent)
        project.change(at)
        ui.say(f"{ui.style('allowed', 'good')}: every project below {ui.tilde(folder)}{_despite(consent)}")
        return ui.DONE
    step = project.nearest(directory, at)
    project.insist(at)
    consent = _consent(step, kinds)
    records.write(at.store, os.path.realpath(step.folder), "allow", by="allow", anyway=consent)
    project.change(at)
    name = ui.tilde(step.env.path) if step.env else ""
    ui.say(f"{ui.style('allowed', 'good')}: {name}{_despite(consent)}")
    return ui.DONE


def _kinds(anyway: str | None) -> list[str]:
    """Return the kinds of reason that were named. Raises ui.Misuse for an unknown one."""
    if anyway is None:
        return []
    words = [word.strip() for word in anyway.split(",")]
    for word in words:
        if word != ALL and word not in KINDS:
            known = ", ".join(KINDS)
            raise ui.Misuse(f'--anyway does not know the reason "{printable(word)}"; name any of {known}')
    return list(dict.fromkeys(words))


def _consent(step: Step, kinds: list[str]) -> list[Reason]:
    """Return the reasons to record, with their targets: those that apply. Raises ui.Refusal."""
    env, case = step.env, step.case
    if env is None or case is None:
        raise ui.Refusal('there is no environment; create one with "python3 -m venv .venv"')
    shown = ui.tilde(env.path)
    if env.state == "incomplete":
        raise ui.Refusal(f"{shown} has no interpreter yet; allow it once it is complete")
    # Suppose that the user allowed it and consented to everything: is it impossible even then?
    supposed = verdict.Case(env.state, "allow", (), (), case.separator)
    found, reason = verdict.decide(supposed)
    if found != verdict.TRUSTED:
        raise ui.Refusal(f"{shown} cannot be trusted ({reason}); {verdict.remedy(found, supposed)}")
    consented = [*case.consented, *map(Reason, kinds)]
    missing = [] if ALL in kinds else unconsented(case.reasons, consented)
    if missing:
        against = "; ".join(f"{one.kind} ({one.description}{_target(one)})" for one in missing)
        named = ",".join(dict.fromkeys([*kinds, *(one.kind for one in missing)]))
        raise ui.Refusal(f'{shown} needs your consent: {against}; check it, then run "stepin allow --anyway={named}"')
    return list(case.reasons)


def _target(reason: Reason) -> str:
    return f": {ui.tilde(reason.target)}" if reason.target else ""


def _despite(reasons: list[Reason]) -> str:
    """Return what the user consented to, as the end of a line."""
    return f", despite {', '.join(reason.kind + _target(reason) for reason in reasons)}" if reasons else ""
