"""`approximate`: choose a method, construct, prove, recite."""
