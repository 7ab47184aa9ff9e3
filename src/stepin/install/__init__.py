"""Getting the hook into a shell, and finding out why it does not work."""
