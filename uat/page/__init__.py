"""The page: a curve drawn in the browser, its network, and the proof of its error."""
