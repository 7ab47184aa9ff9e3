"""Parse and evaluate names, versions, markers and Requires-Dist lines (PEP 508)."""
