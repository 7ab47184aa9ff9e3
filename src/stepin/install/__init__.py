"""Install the hook in the user's shells, and find what keeps it from working."""
