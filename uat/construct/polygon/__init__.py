"""The fewest straight pieces: a polygon within ε of f, a unit a piece, and a proof of the number."""
