"""The user's rc files: which they are, and the one block of ours in them."""
