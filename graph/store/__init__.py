"""The store: one port, one algebra, two engines."""
