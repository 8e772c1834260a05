"""Free units: soft units whose places and slopes are searched, to need as few as possible."""
