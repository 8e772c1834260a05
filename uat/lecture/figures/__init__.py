"""The figures of the lecture, one part a file, one function a figure."""
