"""What one activation does near a point: models, derivatives, ranges, strips of analyticity."""
