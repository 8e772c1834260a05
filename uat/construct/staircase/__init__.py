"""Steps make rectangles, rectangles make a staircase: the proof of the lecture."""
