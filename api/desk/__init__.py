"""A creator's desk: forms derived from the model, filled, read and kept by the same operations as the API's."""
