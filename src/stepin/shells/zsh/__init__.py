"""zsh: how values are written for it, and which files it reads at its start."""
