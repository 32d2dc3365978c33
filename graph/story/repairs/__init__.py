"""Repairs that coverage and plans name, as something to ask somebody for."""
