"""Where what is declared and what is installed differ."""
