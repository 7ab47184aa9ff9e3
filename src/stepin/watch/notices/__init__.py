"""What the watcher reports, and where."""
