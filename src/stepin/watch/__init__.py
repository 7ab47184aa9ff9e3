"""The watcher: compares what projects declare with what is installed whenever either changes, and leaves notices.

It runs nothing of any project and writes below stepin's own folders alone. Its parts, the lower ones first:

quiet.py         when a change has settled (pure)
installing.py    is an installation under way?
traces.py        which shells stand in which project
known.py         the projects that were visited, and when
notices.py       the files that the hooks show; snoozing
telling.py       what they say (pure)
folders.py       being told of changes in folders; alone imports watchdog
project.py       one project that is awake: what concerns it, and its checks
loop.py          all of it, in one process
instance.py      one watcher a user
status.py        what `stepin service status` shows
systemd.py, launchd.py, schtasks.py, detached.py    who starts it
"""
