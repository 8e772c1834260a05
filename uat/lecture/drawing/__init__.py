"""Diagrams that several figures of the lecture share."""
