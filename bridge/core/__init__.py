"""The pure core: from a raw record to the events that it becomes. No I/O, no clock, no randomness."""
