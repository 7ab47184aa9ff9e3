"""What a shell waits for: the helper that decides about one folder, and nothing else.

Of our other packages it imports `shells` alone.
"""

# The names of environments, in order, unless the settings say otherwise.
NAMES = (".venv", "venv", "env", ".env")
