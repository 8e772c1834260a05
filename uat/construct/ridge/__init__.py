"""Ridges: soft units along measured directions, in several coordinates."""
