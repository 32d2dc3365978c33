"""The knowledge: what is told, how it is stored, found and planned with."""
