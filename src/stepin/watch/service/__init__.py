"""Run the watcher in the background: one per user, its log, and the service managers that start it."""
