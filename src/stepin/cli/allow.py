"""`stepin allow`: the user's consent."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.hook import verdict
from stepin.hook.text import printable
from stepin.store import records

ALL = "*"  # --anyway without reasons: those that there are


class Allow(click.Command):
    """Takes `--anyway` with or without `=REASONS`; click would take the DIR after it for them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        words = [f"--anyway={ALL}" if word == "--anyway" else word for word in args[:end]]
        return super().parse_args(ctx, words + args[end:])


@click.command(
    "allow",
    cls=Allow,
    epilog="\b\nExamples:\n  stepin allow                    the project one stands in\n"
    "  stepin allow --tree ~/code      every project below, also those to come\n"
    "  stepin allow --anyway=tracked   although git tracks files in it",
)
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--tree", is_flag=True, help="Everything below DIR too, whatever comes to lie there.")
@click.option(
    "--anyway", metavar="[=REASONS]", help="Although these speak against it: " + ", ".join(verdict.REASONS) + "."
)
def command(directory: str | None, tree: bool, anyway: str | None) -> int:
    """Let a project's environment be switched on: that of DIR, else of the project one stands in.

    Nothing of it is run. What speaks against it is named, and needs --anyway: consent to exactly that.
    """
    words = _words(anyway)
    at = project.place()
    if tree:
        folder = project.folder(directory)
        project.insist(at)
        if words and ALL in words:
            raise click.UsageError(
                "--tree needs the reasons by name, since what will come is not known: --anyway=tracked"
            )
        records.write(at.store, os.path.realpath(folder), "allow", by="allow", tree=True, anyway=words)
        project.change(at)
        ui.say(f"{ui.tint('allowed', 'good')}: every project below {ui.tilde(folder)}{_although(words)}")
        return ui.DONE
    step = project.nearest(directory, at)
    project.insist(at)
    consent = _consent(step, words)
    records.write(at.store, os.path.realpath(step.folder), "allow", by="allow", anyway=consent)
    project.change(at)
    name = ui.tilde(step.env.path) if step.env else ""
    ui.say(f"{ui.tint('allowed', 'good')}: {name}{_although(consent)}")
    return ui.DONE


def _words(anyway: str | None) -> list[str]:
    """Return the reasons that were named. Raises click.UsageError for one that is none."""
    if anyway is None:
        return []
    words = [word.strip() for word in anyway.split(",")]
    for word in words:
        if word != ALL and word not in verdict.REASONS:
            raise click.UsageError(f"'{printable(word)}' is no reason; --anyway takes {', '.join(verdict.REASONS)}")
    return list(dict.fromkeys(words))


def _consent(step: project.Step, words: list[str]) -> list[str]:
    """Return the reasons to record, those that there are, with their targets. Raises ui.Refusal."""
    env, facts = step.env, step.facts
    if env is None or facts is None:
        raise ui.Refusal("there is no environment: make one: python3 -m venv .venv")
    shown = ui.tilde(env.path)
    if env.state == "incomplete":
        raise ui.Refusal(f"{shown} has no interpreter yet: allow it when it is made")
    # Whatever was said before: is there anything that no consent helps against?
    bare = verdict.Case(env.state, "allow", (), (), facts.separator)
    found, reason = verdict.decide(bare)
    if found != verdict.TRUSTED:
        raise ui.Refusal(f"{shown} cannot be allowed, {reason}: {verdict.remedy(found, bare)}")
    consented = [*facts.consented, *words]
    if ALL in words:
        consented += facts.reasons
    missing = verdict.unconsented(facts.reasons, consented)
    if missing:
        told = "; ".join(
            f"{word} ({verdict.REASONS[word]}{_target(r)})" for r in missing for word in [r.partition(":")[0]]
        )
        named = ",".join(dict.fromkeys(reason.partition(":")[0] for reason in [*words, *missing]))
        raise ui.Refusal(
            f"{shown} is not allowed, {told}: look at it; stepin allow --anyway={named} allows it all the same"
        )
    return list(facts.reasons)


def _target(reason: str) -> str:
    target = reason.partition(":")[2]
    return f": {ui.tilde(target)}" if target else ""


def _although(reasons: list[str]) -> str:
    """Return what was consented to, as the end of a line."""
    if not reasons:
        return ""
    return ", although: " + ", ".join(reason.partition(":")[0] + _target(reason) for reason in reasons)
