"""Report what checks find: at the prompts of shells, on the desktop, and to the program that runs the watcher."""
