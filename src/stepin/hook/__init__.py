"""What a shell waits for: the helper that decides about one folder, and nothing else.

Of our other packages it imports `shells` alone.
"""
