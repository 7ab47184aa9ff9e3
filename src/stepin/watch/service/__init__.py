"""The watcher in the background."""
