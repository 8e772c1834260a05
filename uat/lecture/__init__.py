"""The lecture: one figure a function, one file a part, every text in Japanese and in English."""
