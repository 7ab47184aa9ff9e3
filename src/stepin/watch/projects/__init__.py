"""The projects that the watcher knows, and the one check of each."""
