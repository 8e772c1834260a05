"""The constructions: a target and ε make a network, one published construction a folder."""
