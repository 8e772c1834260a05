"""One activation near a point: models, derivatives, ranges, strips of analyticity."""
