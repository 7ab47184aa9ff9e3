"""What the user has set, where our folders lie, and editing TOML."""
