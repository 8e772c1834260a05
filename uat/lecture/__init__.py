"""The lecture: each figure is a function, each part a file, every text in Japanese and English."""
