"""Compare what is declared with what is installed."""
