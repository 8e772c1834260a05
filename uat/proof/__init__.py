"""`certify`: the tightest bound of |f − g| that can be proved, for any network."""
