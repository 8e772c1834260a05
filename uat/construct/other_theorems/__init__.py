"""Other theorems of universal approximation: Leshno, Guliyev–Ismailov, Barron."""
