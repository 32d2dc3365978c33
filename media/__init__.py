"""Pictures as bytes: probing, metadata, renditions, storage; knows nothing of the graph."""
