"""Watch projects for drift: compare what they declare with what is installed whenever either changes.

The watcher runs nothing of a project and writes only below stepin's own folders. Its parts, each of which imports only
those above it:

programs       find system programs without PATH
changes/       when to look: watched folders, debouncing, installations in progress
projects/      what to look at: traces of shells, the catalog of known projects, the few that are active
notices/       what a check reports: notice files, snoozing, wording, desktop notifications
service/       one watcher per user, its log, and the service managers that start it
status         what `stepin service status` shows
loop           all of it, in one process
__main__       the watcher as a service manager starts it
"""
