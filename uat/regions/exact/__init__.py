"""Exact arithmetic for regions: integers, signs, affine forms, intersections."""
