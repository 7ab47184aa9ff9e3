"""Decide when to look at a project: what changed, whether it has settled, whether an installation is in progress."""
