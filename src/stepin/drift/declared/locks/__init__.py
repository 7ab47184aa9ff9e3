"""Read lock files without running the tools that wrote them, one module for each format."""
