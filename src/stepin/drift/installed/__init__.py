"""Read environments without running their interpreters."""
