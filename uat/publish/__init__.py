"""Figures in files: gallery, handout, slides and films."""
