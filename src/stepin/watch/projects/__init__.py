"""Know which projects to watch and what in them, and check them."""
