"""The figures of the lecture: each part is a file, each figure a function."""
