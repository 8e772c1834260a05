"""Deep networks: folding layers, towers, the square, random ones."""
