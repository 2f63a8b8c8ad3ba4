"""Plain frozen values without input or output: what the other parts hand to each other."""
