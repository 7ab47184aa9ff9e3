"""Noticing that something changed."""
