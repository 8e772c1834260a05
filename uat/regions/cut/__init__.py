"""Cut cells by the hyperplanes of a layer: on a line, in a plane, in more dimensions."""
