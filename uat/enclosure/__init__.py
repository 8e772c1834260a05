"""Enclosures of expressions over real and complex boxes, rounded outward."""
