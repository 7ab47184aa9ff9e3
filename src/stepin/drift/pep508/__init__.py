"""Names, versions, markers and Requires-Dist lines."""
